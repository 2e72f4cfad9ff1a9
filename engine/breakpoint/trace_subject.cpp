#include "engine/breakpoint/trace_subject.h"

#include "tracestore/query/any_value.h"
#include "tracestore/query/query_columns.h"
#include "tracestore/query/session_columns.h"

namespace engine {

using tracestore::FieldId;
using tracestore::FieldType;
using tracestore::QueryTerm;
using tracestore::SpanId;
using tracestore::Trace;
using tracestore::Truth;

namespace {

    /// What the walk knows and no single span.
    bool isOfTheRun(FieldId field)
    {
        switch (field) {
        case FieldId::RepeatArgs:
        case FieldId::RepeatTool:
        case FieldId::SessionCost:
        case FieldId::SessionTokens:
        case FieldId::SessionCalls:
        case FieldId::SessionErrors:
        case FieldId::State:
            return true;
        default:
            return false;
        }
    }

    bool tellIfAny(const std::optional<double>& number,
                   const std::function<void(const nlohmann::json&)>& visit)
    {
        if (number)
            visit(nlohmann::json(static_cast<std::int64_t>(*number)));
        return number.has_value();
    }

} // namespace

const tracestore::SpanDetail* DetailCache::of(SpanId span)
{
    const auto [at, isNew] = m_details.try_emplace(span.value);
    if (isNew) {
        if (auto detail = m_trace.payloads().detail(span)) {
            at->second = std::move(*detail);
        } else if (m_unreadable++ == 0) {
            m_problem = detail.error().message;
        }
    }
    return at->second ? &*at->second : nullptr;
}

StepNumbers::StepNumbers(const Trace& trace)
    : turns(tracestore::sessionNumbers(FieldId::Turn, trace))
    , attempts(tracestore::sessionNumbers(FieldId::Attempt, trace))
{ }

TraceSubject::TraceSubject(const Trace& trace,
                           SpanId span,
                           const StopPoint& point,
                           DetailCache& details,
                           const StepNumbers& numbers)
    : m_trace(trace)
    , m_span(span)
    , m_point(point)
    , m_details(details)
    , m_numbers(numbers)
    , m_run(point)
{ }

tracestore::PayloadView* TraceSubject::view()
{
    if (!m_view) {
        if (const tracestore::SpanDetail* detail = m_details.of(m_span))
            m_view.emplace(m_trace, m_span, *detail);
    }
    return m_view ? &*m_view : nullptr;
}

bool TraceSubject::knows(FieldId field) const
{
    const FieldAtStop at = fieldAtStop(field);
    return at == FieldAtStop::Always || (at == FieldAtStop::Outcome && m_point.outcome != nullptr);
}

Truth TraceSubject::evaluate(const QueryTerm& term)
{
    if (!knows(term.field))
        return Truth::Unknown;
    const FieldType type = tracestore::fieldOf(term.field).type;
    const bool isDecision = term.field == FieldId::Attributes && m_point.decision != nullptr;
    if (isOfTheRun(term.field) || isDecision)
        return m_run.evaluate(term);
    if (type == FieldType::AllText)
        return ofAllText(term);
    if (type == FieldType::Messages || (type == FieldType::Json && term.path.empty())) {
        if (view() == nullptr)
            return Truth::Unknown;
        QueryTerm asked = term;
        if (term.field == FieldId::Message && m_point.outcome == nullptr)
            asked.field = FieldId::Input; // the answer is not here yet
        return tracestore::evaluatePayloadTerm(asked, *view());
    }
    std::vector<nlohmann::json> values;
    visitValues(tracestore::fieldOf(term.field), term.path, [&](const nlohmann::json& value) {
        values.push_back(value);
    });
    return tracestore::evaluateValues(term, values);
}

Truth TraceSubject::evaluate(tracestore::QueryScope, const tracestore::QueryNode&)
{
    return Truth::Unknown;
}

/// Part by part, so that nothing is found that a run would not know yet.
Truth TraceSubject::ofAllText(const QueryTerm& term)
{
    if (term.op == tracestore::QueryOperator::Exists)
        return Truth::True;
    for (const FieldId field : {FieldId::Name,
                                FieldId::Args,
                                FieldId::Message,
                                FieldId::ToolDefinitions,
                                FieldId::Error,
                                FieldId::Result}) {
        const QueryTerm part {.field = field, .op = term.op, .values = term.values};
        if (evaluate(part) == Truth::True)
            return Truth::True;
    }
    return Truth::False;
}

bool TraceSubject::visitValues(const tracestore::QueryField& field,
                               std::span<const tracestore::PathStep> path,
                               const std::function<void(const nlohmann::json&)>& visit)
{
    if (!knows(field.id))
        return false;
    if (isOfTheRun(field.id) || (field.id == FieldId::Attributes && m_point.decision != nullptr))
        return m_run.visitValues(field, path, visit);
    if (field.id == FieldId::Turn)
        return tellIfAny(m_numbers.turns[m_span.index()], visit);
    if (field.id == FieldId::Attempt && m_point.effect != nullptr)
        return m_run.visitValues(field, path, visit); // of all kinds of steps
    if (field.id == FieldId::Attempt)
        return tellIfAny(m_numbers.attempts[m_span.index()], visit);
    FieldId asked = field.id;
    const bool isBefore = m_point.outcome == nullptr;
    if (isBefore && asked == FieldId::Message)
        asked = FieldId::Input;
    if (isBefore && asked == FieldId::Model
        && !m_trace.columns().requestedModel[m_span.index()].isEmpty())
        asked = FieldId::RequestedModel;
    if (!tracestore::fieldOf(asked).isPayload)
        return tracestore::visitColumnValues(asked, m_trace, m_span, visit);
    return view() != nullptr && tracestore::visitPayloadValues(asked, path, *view(), visit);
}

} // namespace engine
