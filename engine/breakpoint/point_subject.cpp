#include "engine/breakpoint/point_subject.h"

#include "engine/breakpoint/outcome_values.h"
#include "engine/breakpoint/past_of_run.h"
#include "engine/breakpoint/step_scope.h"
#include "tracestore/base/json_io.h"
#include "tracestore/query/message_term.h"
#include "tracestore/query/query_compare.h"
#include "tracestore/query/query_path.h"
#include "tracestore/query/query_payload.h"
#include "tracestore/recording/run_span_words.h"

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::FieldId;
using tracestore::QueryField;
using tracestore::QueryOperator;
using tracestore::QueryTerm;
using tracestore::Truth;

namespace {

    json jsonOrText(std::string_view text)
    {
        auto value = tracestore::parseJson(text);
        return value ? std::move(*value) : json(text);
    }

    std::string questionText(const UserQuestion& question)
    {
        json asked {{"question", question.question}};
        if (!question.options.empty())
            asked["options"] = question.options;
        if (!question.subject.empty())
            asked["subject"] = jsonOrText(question.subject);
        return tracestore::toJsonText(asked);
    }

    std::string argumentsOf(const EffectRequest& request)
    {
        if (const auto* call = std::get_if<ToolCall>(&request))
            return call->arguments;
        if (const auto* task = std::get_if<AgentTask>(&request))
            return task->task;
        if (const auto* question = std::get_if<UserQuestion>(&request))
            return questionText(*question);
        return {};
    }

    std::string definitionsText(const std::vector<ToolDefinition>& tools)
    {
        json list = json::array();
        for (const ToolDefinition& tool : tools)
            list.push_back({{"name", tool.name},
                            {"description", tool.description},
                            {"input_schema", jsonOrText(tool.inputSchema)}});
        return tools.empty() ? std::string() : tracestore::toJsonText(list);
    }

    /// As the span of a decision has it in a recording.
    std::string decisionText(const tracestore::DecisionMade& decision)
    {
        return tracestore::toJsonText(json {{"policy", decision.policy},
                                            {"action", decision.action},
                                            {"reason", decision.reason},
                                            {"details", jsonOrText(decision.details)}});
    }

    std::string_view nameOfRequest(const EffectRequest& request, const StepNames& names)
    {
        if (const auto* question = std::get_if<UserQuestion>(&request))
            return question->isApproval ? "approval" : "question";
        if (std::holds_alternative<TimerWait>(request))
            return "wait";
        return names.tool.empty() ? names.model : names.tool;
    }

} // namespace

bool PointSubject::knows(FieldId field) const
{
    switch (fieldAtStop(field)) {
    case FieldAtStop::Never:
        return false;
    case FieldAtStop::Outcome:
        return m_point.outcome != nullptr;
    case FieldAtStop::Always:
        break;
    }
    if (field == FieldId::State)
        return m_point.state != nullptr;
    return field != FieldId::Attributes || m_point.decision != nullptr;
}

const ModelCall* PointSubject::model() const
{
    return m_point.effect == nullptr ? nullptr : std::get_if<ModelCall>(&m_point.effect->request);
}

const tracestore::Message* PointSubject::answer() const
{
    return m_point.outcome != nullptr && m_point.outcome->response
        ? &m_point.outcome->response->message
        : nullptr;
}

Truth PointSubject::evaluate(const QueryTerm& term)
{
    if (!knows(term.field))
        return Truth::Unknown;
    switch (tracestore::fieldOf(term.field).type) {
    case tracestore::FieldType::Messages:
        return ofMessages(term);
    case tracestore::FieldType::AllText:
        return ofAllText(term);
    case tracestore::FieldType::Json:
        if (const Parsed* made = parsed(term.field); made != nullptr && term.path.empty())
            return tracestore::evaluateJsonTerm(
                term, made->text, made->value ? &*made->value : nullptr);
        break;
    default:
        break;
    }
    std::vector<json> values;
    visitValues(tracestore::fieldOf(term.field), term.path, [&](const json& value) {
        values.push_back(value);
    });
    return tracestore::evaluateValues(term, values);
}

Truth PointSubject::evaluate(tracestore::QueryScope, const tracestore::QueryNode&)
{
    return Truth::Unknown;
}

Truth PointSubject::ofMessages(const QueryTerm& term)
{
    tracestore::MessageTerm messages(term);
    if (const ModelCall* call = model(); call != nullptr && term.field != FieldId::Output)
        messages.add(call->request.messages);
    if (const tracestore::Message* message = answer();
        message != nullptr && term.field != FieldId::Input)
        messages.add({*message}, tracestore::ContentState::Full);
    return messages.take();
}

/// Everything that is there to read, as `text` asks for it.
Truth PointSubject::ofAllText(const QueryTerm& term)
{
    if (term.op == QueryOperator::Exists)
        return Truth::True;
    Truth truth = Truth::False;
    const auto add = [&](std::string_view text) {
        if (truth != Truth::True && !text.empty())
            truth = tracestore::compareJsonText(text, term);
    };
    for (const FieldId field : {FieldId::Name, FieldId::Error})
        visitValues(tracestore::fieldOf(field), {}, [&](const json& text) {
            if (truth != Truth::True)
                truth = tracestore::compareText(text.get_ref<const std::string&>(), term);
        });
    for (const FieldId field :
         {FieldId::Args, FieldId::Result, FieldId::ToolDefinitions, FieldId::Attributes}) {
        if (const Parsed* made = knows(field) ? parsed(field) : nullptr)
            add(made->text);
    }
    if (truth == Truth::True)
        return truth;
    QueryTerm inMessages {.field = FieldId::Message, .op = term.op, .values = term.values};
    return tracestore::toTruth(ofMessages(inMessages) == Truth::True);
}

bool PointSubject::visitValues(const QueryField& field, Path path, const Visit& visit)
{
    if (!knows(field.id))
        return false;
    if (field.type == tracestore::FieldType::Messages)
        return visitMessages(field.id, path, visit);
    if (field.id == FieldId::State)
        return tracestore::visitPath(*m_point.state, path, visit);
    if (const Parsed* made = parsed(field.id)) {
        if (made->value)
            return tracestore::visitPath(*made->value, path, visit);
        return path.empty() && tell(made->text, visit);
    }
    if (fieldAtStop(field.id) == FieldAtStop::Outcome)
        return visitOutcome(m_point, field.id, visit);
    return visitHistory(field.id, visit) || visitStep(field.id, visit);
}

bool PointSubject::visitMessages(FieldId field, Path path, const Visit& visit)
{
    tracestore::MessageVisitor visitor(path, visit);
    if (const ModelCall* call = model(); call != nullptr && field != FieldId::Output)
        visitor.add(call->request.messages);
    if (const tracestore::Message* message = answer();
        message != nullptr && field != FieldId::Input)
        visitor.add(std::vector {*message});
    return visitor.isFound();
}

const PointSubject::Parsed* PointSubject::parsed(FieldId field)
{
    Parsed* to = field == FieldId::Args     ? &m_arguments
        : field == FieldId::Result          ? &m_result
        : field == FieldId::Parameters      ? &m_parameters
        : field == FieldId::ToolDefinitions ? &m_tools
        : field == FieldId::Attributes      ? &m_attributes
                                            : nullptr;
    if (to == nullptr || to->isMade)
        return to;
    to->isMade = true;
    to->text = textOf(field);
    if (auto value = tracestore::parseJson(to->text))
        to->value = std::move(*value);
    return to;
}

std::string PointSubject::textOf(FieldId field) const
{
    const ModelCall* call = model();
    switch (field) {
    case FieldId::Args:
        return m_point.effect == nullptr ? std::string() : argumentsOf(m_point.effect->request);
    case FieldId::Result:
        return m_point.outcome == nullptr ? std::string() : m_point.outcome->text;
    case FieldId::Parameters:
        return call == nullptr ? std::string() : call->request.parameters;
    case FieldId::ToolDefinitions:
        return call == nullptr ? std::string() : definitionsText(call->request.tools);
    default:
        return m_point.decision == nullptr ? std::string() : decisionText(*m_point.decision);
    }
}

bool PointSubject::visitStep(FieldId field, const Visit& visit)
{
    const StepNames names = namesOf(m_point);
    if (field == FieldId::Agent)
        return tell(names.agent, visit);
    if (field == FieldId::Session)
        return tell(names.session, visit);
    if (m_point.effect == nullptr) {
        if (m_point.decision == nullptr)
            return false;
        const tracestore::DecisionMade& decision = *m_point.decision;
        if (field == FieldId::Name)
            return tell(decision.policy + ' ' + decision.action, visit);
        return field == FieldId::Kind
            && tell(tracestore::toWord(tracestore::kindOf(decision)), visit);
    }
    const EffectRequest& request = m_point.effect->request;
    switch (field) {
    case FieldId::Kind:
        return tell(tracestore::toWord(tracestore::kindOf(kindOf(request))), visit);
    case FieldId::SourceKind:
        return tell(tracestore::toWord(kindOf(request)), visit);
    case FieldId::Name:
        return tell(nameOfRequest(request, names), visit);
    case FieldId::Tool:
        return std::holds_alternative<ToolCall>(request) && tell(names.tool, visit);
    case FieldId::Model:
        if (m_point.outcome != nullptr && m_point.outcome->response
            && !m_point.outcome->response->model.empty())
            return tell(m_point.outcome->response->model, visit);
        return tell(names.model, visit);
    case FieldId::RequestedModel:
        return tell(names.model, visit);
    case FieldId::Provider:
        return model() != nullptr && tell(model()->target.provider, visit);
    case FieldId::SourceId:
        return tell(m_point.id.toText(), visit);
    case FieldId::Call:
        if (const auto* call = std::get_if<ToolCall>(&request))
            return tell(call->callId, visit);
        if (const auto* task = std::get_if<AgentTask>(&request))
            return tell(task->callId, visit);
        return false;
    case FieldId::Start:
        return m_point.begin && tellNumber(m_point.begin->ns, visit);
    case FieldId::ArgsSize:
        return !parsed(FieldId::Args)->text.empty()
            && tellNumber(parsed(FieldId::Args)->text.size(), visit);
    case FieldId::InputSize: {
        std::size_t size = 0;
        if (model() != nullptr) {
            for (const tracestore::Message* message : model()->request.messages.pointers())
                size += tracestore::toJson(*message).size();
        }
        return size > 0 && tellNumber(size, visit);
    }
    default:
        return false;
    }
}

bool PointSubject::visitHistory(FieldId field, const Visit& visit)
{
    const PastOfRun* history = m_point.history;
    switch (field) {
    case FieldId::Turn: {
        const std::uint32_t turn
            = history == nullptr ? m_point.id.turn : history->turnOf(m_point.id, m_point.effect);
        return turn > 0 && tellNumber(turn, visit);
    }
    case FieldId::Attempt:
        return m_point.effect != nullptr
            && tellNumber(std::max<std::uint32_t>(1, m_point.id.attempt), visit);
    case FieldId::RepeatArgs:
    case FieldId::RepeatTool: {
        if (history == nullptr || m_point.effect == nullptr)
            return false;
        const std::uint64_t repeats = field == FieldId::RepeatArgs
            ? history->repeatsOfArguments(*m_point.effect)
            : history->repeatsOfTool(*m_point.effect);
        return repeats > 0 && tellNumber(repeats, visit);
    }
    case FieldId::SessionCost:
        return history != nullptr && history->sums().knowsCost()
            && tellNumber(history->sums().cost, visit);
    case FieldId::SessionTokens:
        return history != nullptr && history->sums().knowsTokens()
            && tellNumber(history->sums().tokens, visit);
    case FieldId::SessionCalls:
        return history != nullptr && tellNumber(history->sums().calls, visit);
    case FieldId::SessionErrors:
        return history != nullptr && tellNumber(history->sums().errors, visit);
    default:
        return false;
    }
}

} // namespace engine
