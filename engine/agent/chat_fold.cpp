#include "engine/agent/chat_fold.h"

#include "engine/agent/planning/budget_guard.h"
#include "engine/agent/planning/context_compression.h"
#include "engine/agent/planning/decision.h"
#include "engine/agent/planning/tool_selection.h"
#include "engine/agent/prompt_assembly.h"
#include "engine/agent/text_protocol.h"
#include "tracestore/base/json_io.h"

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::DecisionMade;
using tracestore::Message;
using tracestore::Role;

namespace {

    constexpr std::uint32_t kMaxCorrections = 3;
    constexpr std::size_t kMaxResultInPartial = 400;
    /// A compression that failed or was not enough is tried again when so much more is there.
    constexpr double kCompressAgain = 1.25;

    /// The calls in a message, each with an id: some servers send none.
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

    bool wasCutOff(const std::string& finishReason)
    {
        return finishReason == "length" || finishReason == "max_tokens"
            || finishReason == "incomplete";
    }

} // namespace

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

ChatFold::ChatFold(ChatSetup setup)
    : m_setup(std::move(setup))
    , m_earlyStop(m_setup.config->policies.earlyStop)
    , m_routing(m_setup.config->policies.routes)
    , m_loopGuard(m_setup.config->policies.loopGuard)
{
    const std::set<std::string> special = m_setup.special.names();
    std::erase_if(m_setup.tools,
                  [&](const ToolDefinition& tool) { return special.contains(tool.name); });
    const auto& added = m_setup.special.definitions();
    m_setup.tools.insert(m_setup.tools.end(), added.begin(), added.end());
}

AgentStep ChatFold::apply(const AgentEvent& event)
{
    AgentStep step;
    std::visit([&](const auto& given) { take(given, step); }, event);
    if (!step.result)
        step.wants = wants();
    return step;
}

tracestore::Result<void> ChatFold::restore(const json& state)
{
    auto restored = ChatState::fromJson(state);
    if (!restored)
        return tracestore::fail(std::move(restored).error());
    m_state = std::move(*restored);
    m_size = estimateTokens(m_state.messages);
    m_loopGuard.setCalls(m_state.calls);
    return {};
}

void ChatFold::take(const AgentInput& input, AgentStep& step)
{
    if (m_state.phase != Phase::Idle) {
        step.result = AgentResult {
            OutcomeStatus::Error, {}, "The agent is still at work on the input before."};
        return;
    }
    if (m_state.messages.isEmpty()) {
        m_state.messages = promptOf(*m_setup.config, m_setup.tools);
        m_state.promptLength = m_state.messages.size();
        m_size = estimateTokens(m_state.messages);
    }
    m_state.input = input.text;
    m_state.turn = 0;
    m_state.corrections = 0;
    m_state.warnings = 0;
    m_state.pending.clear();
    m_state.spent = {};
    m_state.spent.begin = input.time;
    m_state.calls.clear();
    m_state.partial.clear();
    m_state.result.reset();
    m_loopGuard.setCalls({});
    append(textMessage(Role::User, input.text));
    if (m_state.handedTo.empty())
        askModel(step);
    else
        m_state.phase = Phase::HandedOff;
}

void ChatFold::take(const TurnAnswered& answered, AgentStep& step)
{
    const std::vector<EffectRequest> wanted = wants();
    if (m_state.phase == Phase::Idle || answered.outcomes.size() != wanted.size()) {
        finishDegraded(OutcomeStatus::Error,
                       "There are " + std::to_string(answered.outcomes.size()) + " outcomes for "
                           + std::to_string(wanted.size()) + " wants.",
                       step);
        return;
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const EffectKind kind = kindOf(wanted[i]);
        m_state.spent.add(answered.outcomes[i],
                          kind == EffectKind::Model || kind == EffectKind::Tool);
    }
    switch (m_state.phase) {
    case Phase::Asking:
        return takeModel(answered.outcomes[0], step);
    case Phase::Summarising:
        return takeSummary(answered.outcomes[0], step);
    case Phase::HandedOff:
        return takeHandOff(answered.outcomes[0], step);
    default:
        return takeResults(answered.outcomes, step);
    }
}

void ChatFold::take(const StateEdited& edited, AgentStep& step)
{
    // An edit that makes no sense changes nothing; it is refused where it is made, by restore().
    static_cast<void>(restore(edited.state));
    if (m_state.phase == Phase::Idle)
        step.result = m_state.result.value_or(AgentResult {});
}

void ChatFold::takeModel(const Outcome& outcome, AgentStep& step)
{
    if (!outcome.isOk() || !outcome.response) {
        if (m_state.partial.empty())
            m_state.partial = outcome.text;
        const OutcomeStatus status = outcome.isOk() ? OutcomeStatus::Error : outcome.status;
        return finishDegraded(status, "The model gave no answer. " + resultText(outcome), step);
    }
    Message message = outcome.response->message;
    message.role = Role::Assistant;
    if (isText())
        takeTextAnswer(std::move(message), step);
    else
        takeNativeAnswer(std::move(message), outcome, step);
}

void ChatFold::takeNativeAnswer(Message message, const Outcome& outcome, AgentStep& step)
{
    std::vector<PendingCall> calls = callsOf(message, m_state.turn);
    const std::string text = tracestore::plainText(message);
    if (!text.empty())
        m_state.partial = text;
    append(std::move(message));
    if (isStoppedEarly(text, step))
        return;
    if (!calls.empty()) {
        m_state.corrections = 0;
        return takeCalls(std::move(calls), step);
    }
    if (text.empty())
        return correct("Your answer was empty. Answer the user, or call a tool.", step);
    const bool isCut = wasCutOff(outcome.response->finishReason);
    finish({OutcomeStatus::Ok, text, isCut ? "The answer was cut off at its longest." : ""}, step);
}

void ChatFold::takeTextAnswer(Message message, AgentStep& step)
{
    const std::string text = tracestore::plainText(message);
    const TextProtocolAnswer answer = parseTextProtocol(text);
    if (answer.usedLength < text.size())
        step.decisions.push_back(
            planningDecision("text_protocol",
                             "cut",
                             "The model went on as if it had the result already; that is left out.",
                             {{"kept", answer.usedLength}, {"of", text.size()}}));
    append(textMessage(Role::Assistant, text.substr(0, answer.usedLength)));
    if (answer.finalAnswer || !text.empty())
        m_state.partial
            = answer.finalAnswer.value_or(answer.thought.empty() ? text : answer.thought);
    if (isStoppedEarly(answer.finalAnswer.value_or(answer.thought), step))
        return;
    if (!answer.problem.empty())
        return correct(textProtocolCorrection(answer.problem), step);
    m_state.corrections = 0;
    if (answer.finalAnswer)
        return finish({OutcomeStatus::Ok, *answer.finalAnswer, {}}, step);
    const std::string callId = "call-" + std::to_string(m_state.turn);
    takeCalls({PendingCall {callId, answer.action, answer.actionInput, {}, false}}, step);
}

void ChatFold::correct(const std::string& correction, AgentStep& step)
{
    ++m_state.corrections;
    if (m_state.corrections > kMaxCorrections)
        return finishDegraded(OutcomeStatus::Error,
                              "The model did not keep to the form of answers, also after "
                                  + std::to_string(kMaxCorrections) + " corrections.",
                              step);
    step.decisions.push_back(
        planningDecision("correction",
                         "correct",
                         "The model is told that its answer has not the form "
                         "that was agreed.",
                         {{"correction", m_state.corrections}, {"most", kMaxCorrections}}));
    append(textMessage(Role::User, correction));
    askModel(step);
}

bool ChatFold::isStoppedEarly(const std::string& text, AgentStep& step)
{
    auto decision = m_earlyStop.judge(text);
    if (!decision)
        return false;
    std::string reason = decision->reason;
    step.decisions.push_back(std::move(*decision));
    finish({OutcomeStatus::Ok, text, std::move(reason)}, step);
    return true;
}

void ChatFold::takeCalls(std::vector<PendingCall> calls, AgentStep& step)
{
    m_state.pending = std::move(calls);
    const PendingCall* handOff = nullptr;
    for (PendingCall& call : m_state.pending) {
        std::string problem = m_setup.special.problemOf(call);
        if (!problem.empty()) {
            call.answer = std::move(problem);
            call.isError = true;
        } else if (handOff == nullptr && !m_setup.special.handOffTo(call.tool).empty()) {
            handOff = &call;
        }
    }
    if (handOff != nullptr) {
        for (PendingCall& call : m_state.pending) {
            if (&call == handOff || call.answer)
                continue;
            call.answer = "It was not done: the conversation was handed off in the same answer.";
            call.isError = true;
        }
        m_state.handedTo = m_setup.special.handOffTo(handOff->tool);
        m_state.phase = Phase::HandedOff;
        return;
    }
    m_state.phase = Phase::Acting;
    if (wants().empty())
        takeResults({}, step);
}

void ChatFold::takeResults(const std::vector<Outcome>& outcomes, AgentStep& step)
{
    bool isStopped = false;
    std::size_t next = 0;
    const std::vector<PendingCall> calls = std::exchange(m_state.pending, {});
    const std::uint32_t warnings = m_state.warnings;
    for (const PendingCall& call : calls) {
        const Outcome* const outcome = call.answer ? nullptr : &outcomes.at(next++);
        const std::string text = outcome == nullptr ? *call.answer : resultText(*outcome);
        const bool isError = outcome == nullptr ? call.isError : !outcome->isOk();
        appendResult(call, text, isError);
        guardLoop(LoopGuard::remember(call, text, isError), step, isStopped);
    }
    if (isStopped)
        return finishDegraded(OutcomeStatus::Refused, step.decisions.back().reason, step);
    if (m_state.warnings > warnings)
        append(textMessage(Role::User, LoopGuard::advice()));
    askModel(step);
}

void ChatFold::guardLoop(const RememberedCall& call, AgentStep& step, bool& isStopped)
{
    m_state.calls.push_back(call);
    if (m_state.calls.size() > tracestore::LoopFinder::kWindow)
        m_state.calls.erase(m_state.calls.begin());
    auto decision = m_loopGuard.add(call, m_state.warnings);
    if (!decision || isStopped)
        return;
    isStopped = m_state.warnings > 0;
    ++m_state.warnings;
    step.decisions.push_back(std::move(*decision));
}

void ChatFold::askModel(AgentStep& step)
{
    const AgentConfig& config = *m_setup.config;
    if (auto decision = overBudget(config.budget, m_state.spent))
        return stop(std::move(*decision), step);
    if (auto decision = m_loopGuard.judgeTurn(m_state.turn + 1))
        return stop(std::move(*decision), step);
    if (beginCompression(step))
        return;
    ++m_state.turn;
    std::set<std::string> always = m_setup.special.names();
    for (const RememberedCall& call : m_state.calls)
        always.insert(call.tool);
    ToolSelection selection
        = selectTools(m_setup.tools,
                      m_state.input,
                      config.policies.offeredTools.value_or(m_setup.tools.size()),
                      always);
    // Told where it changes: a choice that stays the same is no news.
    if (selection.decision && selection.names != m_state.offered)
        step.decisions.push_back(std::move(*selection.decision));
    m_state.offered = std::move(selection.names);
    const auto choice = m_routing.choose({m_state.input, m_state.turn, m_state.offered.size()});
    if (auto decision = m_routing.decision(choice))
        step.decisions.push_back(std::move(*decision));
    m_state.route = choice.route;
    m_state.phase = Phase::Asking;
}

bool ChatFold::beginCompression(AgentStep& step)
{
    const CompressionConfig& config = m_setup.config->policies.compression;
    const std::int64_t from = std::max(config.fromTokens, m_state.compressFrom);
    if (!config.isOn || m_size < from)
        return false;
    const auto range = compressionRange(m_state.messages, m_state.promptLength, config.keepLast);
    if (!range)
        return false;
    m_state.keepFrom = range->to;
    m_state.phase = Phase::Summarising;
    step.decisions.push_back(planningDecision(
        "compression",
        "summarise",
        "The conversation takes about " + std::to_string(m_size)
            + " tokens: a summary is asked for.",
        {{"tokens", m_size}, {"threshold", from}, {"from", range->from}, {"to", range->to}}));
    return true;
}

void ChatFold::takeSummary(const Outcome& outcome, AgentStep& step)
{
    const CompressionRange range {m_state.promptLength + 1, m_state.keepFrom};
    const std::string summary = outcome.isOk() && outcome.response
        ? tracestore::plainText(outcome.response->message)
        : "";
    if (summary.empty()) {
        step.decisions.push_back(planningDecision(
            "compression",
            "keep",
            "There is no summary: the conversation stays whole. " + resultText(outcome),
            {{"tokens", m_size}}));
    } else {
        const tracestore::MessageChain before = m_state.messages;
        m_state.messages = withSummary(before, range, summary);
        m_size = estimateTokens(m_state.messages);
        step.decisions.push_back(compressionDecision(before, range, m_state.messages));
    }
    m_state.keepFrom = 0;
    const auto again = static_cast<std::int64_t>(static_cast<double>(m_size) * kCompressAgain);
    m_state.compressFrom = again;
    askModel(step);
}

void ChatFold::takeHandOff(const Outcome& outcome, AgentStep& step)
{
    const std::string text = resultText(outcome);
    const std::vector<PendingCall> calls = std::exchange(m_state.pending, {});
    for (const PendingCall& call : calls) {
        if (call.answer)
            appendResult(call, *call.answer, call.isError);
        else if (outcome.isOk())
            appendResult(call, m_state.handedTo + " has the conversation.", false);
        else
            appendResult(call, text, true);
    }
    if (outcome.isOk()) {
        Message answer = textMessage(Role::Assistant, outcome.text);
        answer.name = m_state.handedTo;
        append(std::move(answer));
        return finish({OutcomeStatus::Ok, outcome.text, {}}, step);
    }
    if (calls.empty())
        append(textMessage(Role::User,
                           m_state.handedTo + " could not answer, you have the conversation again. "
                               + text));
    step.decisions.push_back(planningDecision("hand_off",
                                              "take_back",
                                              m_state.handedTo + " could not go on.",
                                              {{"worker", m_state.handedTo}}));
    m_state.handedTo.clear();
    askModel(step);
}

void ChatFold::finish(AgentResult result, AgentStep& step)
{
    closeOpenCalls();
    m_state.phase = Phase::Idle;
    m_state.pending.clear();
    m_state.result = result;
    step.result = std::move(result);
}

void ChatFold::stop(DecisionMade decision, AgentStep& step)
{
    std::string reason = decision.reason;
    step.decisions.push_back(std::move(decision));
    finishDegraded(OutcomeStatus::Refused, std::move(reason), step);
}

void ChatFold::finishDegraded(OutcomeStatus status, std::string reason, AgentStep& step)
{
    const std::string partial = partialAnswer();
    if (!partial.empty())
        step.decisions.push_back(planningDecision(
            "degraded",
            "partial",
            "What there is of an answer is given in place of a whole one.",
            {{"bytes", partial.size()}, {"from_results", m_state.partial.empty()}}));
    finish(degradedResult(*m_setup.config, status, std::move(reason), partial), step);
}

std::string ChatFold::partialAnswer() const
{
    if (!m_state.partial.empty())
        return m_state.partial;
    std::string results;
    for (const RememberedCall& call : m_state.calls) {
        if (!call.isError && !call.result.empty())
            results += (results.empty() ? "" : "\n") + call.tool + ": "
                + tracestore::toValidUtf8(call.result.substr(0, kMaxResultInPartial));
    }
    return results;
}

void ChatFold::append(Message message)
{
    m_size += estimateTokens(message);
    m_state.messages = m_state.messages.with(std::move(message));
}

void ChatFold::appendResult(const PendingCall& call, const std::string& text, bool isError)
{
    if (isText())
        return append(
            textMessage(Role::User, (isError ? "Observation: Error: " : "Observation: ") + text));
    Message message;
    message.role = Role::Tool;
    message.name = call.tool;
    message.parts.emplace_back(tracestore::ToolResultPart {call.callId, text, isError});
    append(std::move(message));
}

/// A conversation that goes on needs a result for each call: providers refuse it otherwise.
void ChatFold::closeOpenCalls()
{
    if (m_state.messages.isEmpty() || isText())
        return;
    Message last = m_state.messages.last();
    if (last.role != Role::Assistant)
        return;
    for (const PendingCall& call : callsOf(last, m_state.turn))
        appendResult(call, "It was not done: the answer was complete.", true);
}

std::vector<EffectRequest> ChatFold::wants() const
{
    std::vector<EffectRequest> wants;
    switch (m_state.phase) {
    case Phase::Idle:
        break;
    case Phase::Asking:
        wants.emplace_back(modelCall());
        break;
    case Phase::Summarising:
        wants.emplace_back(summaryCall());
        break;
    case Phase::HandedOff:
        wants.emplace_back(handOffTask());
        break;
    case Phase::Acting:
        for (const PendingCall& call : m_state.pending) {
            if (!call.answer)
                wants.push_back(m_setup.special.request(call));
        }
        break;
    }
    return wants;
}

ModelCall ChatFold::modelCall() const
{
    const AgentConfig& config = *m_setup.config;
    const auto route = static_cast<std::size_t>(m_state.route);
    const bool isRouted = m_state.route >= 0 && route < config.policies.routes.size();
    ModelCall call
        = callOf(isRouted ? config.policies.routes[route].model : config.model, m_state.messages);
    if (isText())
        return call;
    for (const ToolDefinition& tool : m_setup.tools) {
        if (std::find(m_state.offered.begin(), m_state.offered.end(), tool.name)
            != m_state.offered.end())
            call.request.tools.push_back(tool);
    }
    return call;
}

ModelCall ChatFold::summaryCall() const
{
    const CompressionRange range {m_state.promptLength + 1, m_state.keepFrom};
    return callOf(m_setup.config->model, summaryRequest(m_state.messages, range));
}

AgentTask ChatFold::handOffTask() const
{
    AgentTask task;
    task.agent = m_state.handedTo;
    for (const PendingCall& call : m_state.pending) {
        if (call.answer)
            continue;
        task.callId = call.callId;
        task.task = SpecialCalls::taskOf(call) + "\n\n";
    }
    task.task += "The conversation so far; answer what the user said last:\n"
        + conversationText(m_state.messages, m_state.promptLength);
    return task;
}

} // namespace engine
