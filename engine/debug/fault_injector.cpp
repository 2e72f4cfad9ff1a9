#include "engine/debug/fault_injector.h"

#include "engine/breakpoint/breakpoint_problem.h"
#include "engine/breakpoint/expression.h"
#include "engine/breakpoint/step_scope.h"
#include "tracestore/query/query_subject.h"

#include <algorithm>

namespace engine {
namespace {

    bool isMeant(const FaultRule& rule, const Effect& effect)
    {
        const EffectKind kind = kindOf(effect.request);
        if (kind != EffectKind::Model && kind != EffectKind::Tool)
            return false;
        if (rule.scope.tool.empty() == rule.scope.model.empty())
            return true;
        return (kind == EffectKind::Tool) == !rule.scope.tool.empty();
    }

    /// Evenly distributed in [0, 1), and the same for the same seed and number on every machine.
    double chanceOf(std::uint64_t seed, std::uint64_t number)
    {
        std::uint64_t mixed = seed * 0x9E37'79B9'7F4A'7C15U + number;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D0'49BB'1331'11EBU;
        mixed ^= mixed >> 31U;
        return static_cast<double>(mixed >> 11U) * 0x1.0p-53;
    }

    std::string messageOf(const FaultRule& rule, const char* what)
    {
        return rule.message.empty() ? std::string("Injected: ") + what : rule.message;
    }

    Outcome failedBy(const FaultRule& rule, const std::string& type, const char* what)
    {
        Outcome outcome = failedOutcome(OutcomeStatus::Error, type, messageOf(rule, what));
        outcome.origin = OutcomeOrigin::User;
        outcome.note = std::string(kInjectedNote) + std::to_string(rule.id);
        return outcome;
    }

    /// A call whose arguments break off, or a text that does.
    ChatResponse malformedAnswer(const ModelCall& call)
    {
        ChatResponse response;
        response.model = call.target.model;
        response.finishReason = call.request.tools.empty() ? "length" : "tool_calls";
        response.message.role = tracestore::Role::Assistant;
        if (call.request.tools.empty())
            response.message.parts.emplace_back(
                tracestore::TextPart {R"({"answer": "it breaks o)"});
        else
            response.message.parts.emplace_back(tracestore::ToolCallPart {
                "injected", call.request.tools.front().name, R"({"a": )"});
        return response;
    }

    ChatResponse emptyAnswer(const ModelCall& call)
    {
        ChatResponse response;
        response.model = call.target.model;
        response.finishReason = "stop";
        response.message.role = tracestore::Role::Assistant;
        return response;
    }

    Outcome spoiled(const FaultRule& rule, const Effect& effect)
    {
        const bool isEmpty = rule.kind == FaultKind::Empty;
        Outcome outcome;
        outcome.origin = OutcomeOrigin::User;
        outcome.note = std::string(kInjectedNote) + std::to_string(rule.id);
        if (const auto* call = std::get_if<ModelCall>(&effect.request))
            outcome.response = isEmpty ? emptyAnswer(*call) : malformedAnswer(*call);
        else if (!isEmpty)
            outcome.text = R"({"result": {"value": "it breaks o)";
        return outcome;
    }

    Fault faultBy(const FaultRule& rule, const Effect& effect)
    {
        Fault fault {.rule = rule.id, .kind = rule.kind, .outcome = {}, .delay = {}};
        switch (rule.kind) {
        case FaultKind::Timeout:
            fault.outcome = failedBy(rule, "timeout", "it took too long.");
            fault.delay = rule.delay;
            break;
        case FaultKind::Error:
            fault.outcome
                = failedBy(rule, rule.errorType.empty() ? "error" : rule.errorType, "it failed.");
            break;
        case FaultKind::RateLimit:
            fault.outcome = failedBy(rule, "rate_limit", "too many requests.");
            fault.outcome->retryAfter = rule.delay;
            break;
        case FaultKind::Slow:
            fault.delay = rule.delay;
            break;
        case FaultKind::Malformed:
        case FaultKind::Empty:
            fault.outcome = spoiled(rule, effect);
            break;
        }
        return fault;
    }

} // namespace

void FaultInjector::set(const std::vector<FaultRule>& rules)
{
    std::vector<Entry> entries;
    for (const FaultRule& rule : rules) {
        const auto known = std::ranges::find(m_entries, rule, &Entry::rule);
        if (known != m_entries.end()) {
            entries.push_back(*known);
            continue;
        }
        Entry entry {.rule = rule, .condition = {}, .tally = {.id = rule.id, .problem = {}}};
        if (const auto problem = problemOf(rule))
            entry.tally.problem = problem->message;
        else if (!rule.condition.empty()) {
            entry.condition = tracestore::Query::parse(rule.condition).query;
            const auto asked = Expression::parse(rule.condition);
            entry.needsState = asked && asked->asksFor(tracestore::FieldId::State);
        }
        entries.push_back(std::move(entry));
    }
    m_entries = std::move(entries);
}

bool FaultInjector::isActive() const
{
    return std::ranges::any_of(m_entries, [](const Entry& entry) { return entry.rule.isEnabled; });
}

bool FaultInjector::needsState() const
{
    return std::ranges::any_of(
        m_entries, [](const Entry& entry) { return entry.rule.isEnabled && entry.needsState; });
}

bool FaultInjector::fits(Entry& entry, const StopPoint& point)
{
    const FaultRule& rule = entry.rule;
    const bool isOver = rule.count > 0 && entry.tally.failed >= rule.count;
    if (!rule.isEnabled || isOver || !isMeant(rule, *point.effect)
        || !covers(rule.scope, namesOf(point)))
        return false;
    if (rule.condition.empty())
        return true;
    if (!entry.condition) // it cannot be asked, which its problem says
        return false;
    const auto subject = subjectOf(point);
    return tracestore::evaluateQuery(*entry.condition, *subject) == tracestore::Truth::True;
}

std::optional<Fault> FaultInjector::faultOf(const StopPoint& point)
{
    for (Entry& entry : m_entries) {
        if (!fits(entry, point))
            continue;
        const std::uint64_t number = ++entry.tally.met;
        if (chanceOf(entry.rule.seed, number) >= entry.rule.probability)
            continue;
        ++entry.tally.failed;
        return faultBy(entry.rule, *point.effect);
    }
    return {};
}

std::vector<FaultTally> FaultInjector::tallies() const
{
    std::vector<FaultTally> tallies;
    for (const Entry& entry : m_entries)
        tallies.push_back(entry.tally);
    return tallies;
}

} // namespace engine
