#include "engine/agent/model_calls.h"

#include "tracestore/base/json_io.h"

namespace engine {

using tracestore::Message;

std::string resultText(const Outcome& outcome)
{
    const std::string why = outcome.error ? outcome.error->message : outcome.note;
    const std::string rest = outcome.text.empty() ? "" : "\n" + outcome.text;
    switch (outcome.status) {
    case OutcomeStatus::Ok:
        return outcome.text;
    case OutcomeStatus::Error:
        return (why.empty() ? "It failed." : why) + rest;
    case OutcomeStatus::Cancelled:
        return "It was cancelled." + (why.empty() ? "" : ' ' + why) + rest;
    case OutcomeStatus::Refused:
        return "It was not let through." + (why.empty() ? "" : ' ' + why) + rest;
    }
    return outcome.text;
}

ModelCall callOf(const ModelConfig& model, tracestore::MessageChain messages)
{
    ModelCall call;
    call.target = {model.provider, model.model};
    call.request.model = model.model;
    call.request.messages = std::move(messages);
    if (!model.parameters.empty())
        call.request.parameters = tracestore::toJsonText(model.parameters);
    call.request.isStreamed = model.isStreamed;
    return call;
}

AgentResult degradedResult(const AgentConfig& config,
                           OutcomeStatus status,
                           std::string reason,
                           const std::string& partial)
{
    std::string answer = config.policies.degradedMessage;
    if (!answer.empty() && !partial.empty())
        answer += "\n\n";
    return {status, answer + partial, std::move(reason)};
}

std::vector<PendingCall> callsOf(Message& message, std::uint32_t turn)
{
    std::vector<PendingCall> calls;
    for (auto& part : message.parts) {
        auto* const call = std::get_if<tracestore::ToolCallPart>(&part);
        if (call == nullptr)
            continue;
        if (call->id.empty())
            call->id = "call-" + std::to_string(turn) + '-' + std::to_string(calls.size() + 1);
        calls.push_back({call->id, call->name, call->arguments, {}, false});
    }
    return calls;
}

} // namespace engine
