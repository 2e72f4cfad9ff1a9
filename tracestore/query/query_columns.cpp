#include "tracestore/query/query_columns.h"

#include "tracestore/query/column_visitors.h"
#include "tracestore/query/session_columns.h"

#include <algorithm>

namespace tracestore {
namespace {

    constexpr std::int64_t kNoTime = SpanColumns::kNoTime;

    std::optional<std::int64_t> between(std::int64_t from, std::int64_t to)
    {
        if (from == kNoTime || to == kNoTime || to < from)
            return std::nullopt;
        return (Timestamp {to} - Timestamp {from}).ns;
    }

    /// Failed steps in front of each place of the step tree; one more for the end.
    std::vector<std::uint32_t> errorsBefore(const Trace& trace)
    {
        const std::vector<SpanId>& order = trace.preOrder();
        std::vector<std::uint32_t> before(order.size() + 1);
        for (std::size_t i = 0; i < order.size(); ++i)
            before[i + 1] = before[i] + (trace.status(order[i]) == SpanStatus::Error ? 1 : 0);
        return before;
    }

    std::vector<std::uint32_t> retriesOf(const Trace& trace)
    {
        std::vector<std::uint32_t> retries(trace.spanCount());
        for (const SpanLink& link : trace.links()) {
            if (link.kind == LinkKind::RetryOf && link.to.isValid()
                && link.to.index() < retries.size())
                ++retries[link.to.index()];
        }
        return retries;
    }

    Truth scoreTruth(const Session& session, const QueryTerm&, ValueOfOne& visitor)
    {
        for (const Score& score : session.scores) {
            if (score.value)
                visitor.take(*score.value);
        }
        return Truth::Unknown;
    }

    Truth outcomeTruth(const Session& session, const QueryTerm&, ValueOfOne& visitor)
    {
        visitor.take(toWord(session.outcome));
        return Truth::Unknown;
    }

    template<class Visitor>
    Truth outcomeTruth(const Session& session, const QueryTerm& term, const Visitor& visitor)
    {
        return visitor.isExists() ? toTruth(session.outcome != SpanStatus::Unknown)
                                  : compareWord(toWord(session.outcome), term);
    }

    template<class Visitor>
    Truth scoreTruth(const Session& session, const QueryTerm& term, const Visitor&)
    {
        if (term.op == QueryOperator::Exists)
            return toTruth(!session.scores.empty());
        Truth truth = Truth::False;
        bool isKnown = false;
        for (const Score& score : session.scores) {
            if (score.value) {
                isKnown = true;
                truth = either(truth, compareNumber(*score.value, term));
            }
        }
        return isKnown ? truth : Truth::Unknown;
    }

    template<class Visitor>
    void visitSession(const QueryTerm& term, const Trace& trace, Visitor& visitor)
    {
        const auto sessionOf = [&](SpanId span) { return trace.sessionOf(span); };
        visitor.things(trace.sessions().size(), sessionOf, [&](std::size_t index) {
            const Session& session = trace.sessions()[index];
            if (term.field == FieldId::SessionScore)
                return scoreTruth(session, term, visitor);
            if (term.field == FieldId::SessionOutcome)
                return outcomeTruth(session, term, visitor);
            // A session has two names, of which the source may know one.
            if (session.key.empty() || session.title.empty())
                return visitor.truthOf(session.key.empty() ? session.title : session.key);
            return either(visitor.truthOf(session.key), visitor.truthOf(session.title));
        });
    }

    template<class Visitor>
    void visitThings(const QueryTerm& term, const Trace& trace, Visitor& visitor)
    {
        if (term.field == FieldId::Branch)
            return visitor.things(
                trace.branches().size(),
                [&](SpanId span) { return trace.branchOf(span); },
                [&](std::size_t index) { return visitor.truthOf(trace.branches()[index].name); });
        if (term.field == FieldId::Agent || term.field == FieldId::AgentRole)
            return visitor.things(
                trace.agents().size(),
                [&](SpanId span) { return trace.agentOf(span); },
                [&](std::size_t index) {
                    const Agent& agent = trace.agents()[index];
                    return visitor.truthOf(term.field == FieldId::Agent ? agent.name : agent.role);
                });
        visitSession(term, trace, visitor);
    }

    template<class Visitor>
    void visitText(const QueryTerm& term, const Trace& trace, Visitor& visitor)
    {
        const SpanColumns& spans = trace.columns();
        const auto column = [&](const Column<StringId>& of) {
            visitor.texts([&](SpanId span) { return of[span.index()]; });
        };
        switch (term.field) {
        case FieldId::SourceKind:
            return column(spans.origKind);
        case FieldId::Name:
            return column(spans.name);
        case FieldId::Tool:
            return visitor.texts([&](SpanId span) {
                return spans.kind[span.index()] == SpanKind::Tool ? spans.name[span.index()]
                                                                  : StringId {};
            });
        case FieldId::Model:
            return visitor.texts([&](SpanId span) {
                const StringId responded = spans.respondedModel[span.index()];
                return responded.isEmpty() ? spans.requestedModel[span.index()] : responded;
            });
        case FieldId::RequestedModel:
            return column(spans.requestedModel);
        case FieldId::Provider:
            return column(spans.provider);
        case FieldId::SourceId:
            return column(spans.origId);
        case FieldId::TraceId:
            return column(spans.traceId);
        case FieldId::Call:
            return column(spans.toolCallId);
        case FieldId::Response:
            return column(spans.responseId);
        default:
            return visitThings(term, trace, visitor);
        }
    }

    template<class Visitor>
    void visitError(const QueryTerm& term, const Trace& trace, Visitor& visitor)
    {
        if (term.field == FieldId::ErrorRetryable)
            return visitor.values(
                [&](SpanId span) {
                    const SpanError* error = trace.error(span);
                    return error == nullptr ? std::nullopt : error->isRetryable;
                },
                compareTruth);
        visitor.values(
            [&](SpanId span) -> std::optional<std::string_view> {
                const SpanError* error = trace.error(span);
                const std::string_view text = error == nullptr ? std::string_view()
                    : term.field == FieldId::Error             ? error->message
                                                               : error->type;
                return text.empty() ? std::nullopt : std::optional(text);
            },
            compareText);
    }

    template<class Visitor>
    void visitTimes(const QueryTerm& term, const Trace& trace, Visitor& visitor)
    {
        const SpanColumns& spans = trace.columns();
        visitor.values(
            [&](SpanId span) -> std::optional<std::int64_t> {
                const std::size_t i = span.index();
                const auto known = [](std::int64_t ns) {
                    return ns == kNoTime ? std::nullopt : std::optional(ns);
                };
                switch (term.field) {
                case FieldId::Start:
                    return known(spans.start[i]);
                case FieldId::End:
                    return known(spans.end[i]);
                case FieldId::Duration:
                    return between(spans.start[i], spans.end[i]);
                default:
                    return between(spans.start[i], spans.firstToken[i]);
                }
            },
            compareNs);
    }

    template<class Visitor, class NumberOf>
    void visitNumber(Visitor& visitor, NumberOf numberOf)
    {
        visitor.values(
            [&](SpanId span) { return std::optional(static_cast<double>(numberOf(span))); },
            compareNumber);
    }

    template<class Visitor>
    void visitTokens(const QueryTerm& term, const Trace& trace, Visitor& visitor)
    {
        visitor.values(
            [&](SpanId span) -> std::optional<double> {
                const TokenUsage* usage = trace.usage(span);
                const auto count = usage == nullptr ? std::nullopt : tokenCount(term.field, *usage);
                return count ? std::optional(static_cast<double>(*count)) : std::nullopt;
            },
            compareNumber);
    }

    template<class Visitor>
    void visitCost(const Trace& trace, Visitor& visitor)
    {
        visitor.values(
            [&](SpanId span) {
                const Cost* cost = trace.cost(span);
                return cost == nullptr ? std::nullopt : std::optional(cost);
            },
            [](const Cost* cost, const QueryTerm& term) {
                return compareMoney(cost->amount, cost->currency, term);
            });
    }

    template<class Visitor>
    void visitErrors(const Trace& trace, Visitor& visitor)
    {
        const std::vector<std::uint32_t> before = errorsBefore(trace);
        visitNumber(visitor, [&](SpanId span) {
            const std::size_t place = trace.preOrderIndex(span) + 1;
            return before[place + trace.descendantCount(span)] - before[place];
        });
    }

    std::optional<double> recordSize(const Trace& trace, SpanId span)
    {
        const SpanColumns& spans = trace.columns();
        const std::size_t first = spans.firstRaw[span.index()];
        const std::size_t count = spans.rawCount[span.index()];
        double size = 0;
        for (std::size_t i = first; i < first + count; ++i)
            size += static_cast<double>(spans.raws[i].length);
        return count == 0 ? std::nullopt : std::optional(size);
    }

    template<class Visitor>
    void visitSessionSums(const QueryTerm& term, const Trace& trace, Visitor& visitor)
    {
        if (term.field == FieldId::SessionCost) {
            const auto costs = sessionCosts(trace);
            return visitor.values([&](SpanId span) { return costs[span.index()]; },
                                  [](const Cost& cost, const QueryTerm& asked) {
                                      return compareMoney(cost.amount, cost.currency, asked);
                                  });
        }
        const auto numbers = sessionNumbers(term.field, trace);
        visitor.values([&](SpanId span) { return numbers[span.index()]; }, compareNumber);
    }

    template<class Visitor>
    void visitNumbers(const QueryTerm& term, const Trace& trace, Visitor& visitor)
    {
        switch (term.field) {
        case FieldId::RepeatTool:
        case FieldId::SessionTokens:
        case FieldId::SessionCalls:
        case FieldId::SessionErrors:
        case FieldId::Turn:
        case FieldId::Attempt:
            return visitSessionSums(term, trace, visitor);
        case FieldId::Step:
            return visitNumber(visitor, [](SpanId span) { return span.value; });
        case FieldId::Depth:
            return visitNumber(visitor, [&](SpanId span) { return trace.depth(span); });
        case FieldId::Children:
            return visitNumber(visitor, [&](SpanId span) { return trace.children(span).size(); });
        case FieldId::Steps:
            return visitNumber(visitor, [&](SpanId span) { return trace.descendantCount(span); });
        case FieldId::Errors:
            return visitErrors(trace, visitor);
        case FieldId::Retries: {
            const std::vector<std::uint32_t> retries = retriesOf(trace);
            return visitNumber(visitor, [&](SpanId span) { return retries[span.index()]; });
        }
        case FieldId::Size:
            return visitor.values([&](SpanId span) { return recordSize(trace, span); },
                                  compareNumber);
        case FieldId::Counted:
            return visitor.values(
                [&](SpanId span) { return std::optional(trace.countsInTotals(span)); },
                compareTruth);
        default:
            return visitTokens(term, trace, visitor);
        }
    }

    template<class Visitor>
    void visitColumn(const QueryTerm& term, const Trace& trace, Visitor& visitor)
    {
        switch (term.field) {
        case FieldId::Kind:
            return visitor.words(SpanKind::Other, [&](SpanId span) { return trace.kind(span); });
        case FieldId::Status:
            return visitor.words(SpanStatus::Pending,
                                 [&](SpanId span) { return trace.status(span); });
        case FieldId::Start:
        case FieldId::End:
        case FieldId::Duration:
        case FieldId::FirstToken:
            return visitTimes(term, trace, visitor);
        case FieldId::Cost:
            return visitCost(trace, visitor);
        case FieldId::SessionCost:
            return visitSessionSums(term, trace, visitor);
        case FieldId::Error:
        case FieldId::ErrorType:
        case FieldId::ErrorRetryable:
            return visitError(term, trace, visitor);
        default:
            break;
        }
        if (fieldOf(term.field).type == FieldType::Text || term.field == FieldId::SessionOutcome
            || term.field == FieldId::SessionScore)
            visitText(term, trace, visitor);
        else
            visitNumbers(term, trace, visitor);
    }

} // namespace

std::optional<std::int64_t> tokenCount(FieldId field, const TokenUsage& usage)
{
    switch (field) {
    case FieldId::Tokens:
        return usage.total();
    case FieldId::TokensIn:
        return usage.inputTotal();
    case FieldId::TokensNew:
        return usage.input;
    case FieldId::TokensCacheRead:
        return usage.cacheRead;
    case FieldId::TokensCacheWrite:
        return usage.cacheWrite;
    case FieldId::TokensOut:
        return usage.output;
    default:
        return usage.reasoning;
    }
}

TruthColumn evaluateColumnTerm(const QueryTerm& term, const Trace& trace)
{
    TermOfAll visitor(term, trace);
    visitColumn(term, trace, visitor);
    return visitor.take();
}

Truth evaluateColumnTerm(const QueryTerm& term, const Trace& trace, SpanId span)
{
    TermOfOne visitor(term, trace, span);
    visitColumn(term, trace, visitor);
    return visitor.take();
}

bool visitColumnValues(FieldId field,
                       const Trace& trace,
                       SpanId span,
                       const std::function<void(const nlohmann::json&)>& visit)
{
    ValueOfOne visitor(trace, span, visit);
    const QueryTerm term {.field = field};
    visitColumn(term, trace, visitor);
    return visitor.isFound();
}

} // namespace tracestore
