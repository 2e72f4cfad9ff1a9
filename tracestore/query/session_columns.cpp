#include "tracestore/query/session_columns.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace tracestore {
namespace {

    using Numbers = std::vector<std::optional<double>>;

    bool isCall(SpanKind kind)
    {
        return kind == SpanKind::Llm || kind == SpanKind::Tool;
    }

    bool isOurs(const Trace& trace)
    {
        return trace.origin().formatId == "kymo";
    }

    /// Sums by session: `add` gives what a span adds, and whether it is one that should.
    class SessionSum
    {
    public:
        explicit SessionSum(const Trace& trace)
            : m_trace(trace)
            , m_sums(trace.sessions().size())
        { }

        template<class Amount>
        Numbers run(Amount amountOf, bool isAlwaysKnown)
        {
            Numbers numbers(m_trace.spanCount());
            for (const SpanId span : orderOfStart(m_trace)) {
                Sum& sum = m_sums[m_trace.sessionOf(span).index()];
                const bool counts = m_trace.countsInTotals(span);
                const auto amount = counts ? amountOf(span) : std::optional<double>();
                sum.value += amount.value_or(0);
                sum.isTold = sum.isTold || amount;
                sum.isOwed = sum.isOwed || (counts && m_trace.kind(span) == SpanKind::Llm);
                if (isAlwaysKnown || sum.isTold || !sum.isOwed)
                    numbers[span.index()] = sum.value;
            }
            return numbers;
        }

    private:
        struct Sum
        {
            double value = 0;
            bool isTold = false;
            bool isOwed = false; ///< a model was called, which costs something
        };

        const Trace& m_trace;
        std::vector<Sum> m_sums;
    };

    Numbers tokenSums(const Trace& trace)
    {
        const auto tokensOf = [&](SpanId span) -> std::optional<double> {
            const TokenUsage* usage = trace.usage(span);
            const auto total = usage == nullptr ? std::nullopt : usage->total();
            return total ? std::optional(static_cast<double>(*total)) : std::nullopt;
        };
        return SessionSum(trace).run(tokensOf, false);
    }

    Numbers callSums(const Trace& trace)
    {
        const auto callsOf
            = [&](SpanId span) { return std::optional(isCall(trace.kind(span)) ? 1.0 : 0.0); };
        return SessionSum(trace).run(callsOf, true);
    }

    /// Attempts count here, although they do not in totals.
    Numbers errorSums(const Trace& trace)
    {
        Numbers numbers(trace.spanCount());
        std::vector<double> sums(trace.sessions().size());
        for (const SpanId span : orderOfStart(trace)) {
            double& sum = sums[trace.sessionOf(span).index()];
            sum += isCountedError(trace, span) ? 1 : 0;
            numbers[span.index()] = sum;
        }
        return numbers;
    }

    Numbers toolRuns(const Trace& trace)
    {
        struct Row
        {
            StringId tool;
            double length = 0;
        };

        Numbers numbers(trace.spanCount());
        std::unordered_map<std::uint64_t, Row> rows; // by session and agent
        for (const SpanId span : orderOfStart(trace)) {
            if (!isOwnCall(trace, span))
                continue;
            const std::uint64_t key
                = (std::uint64_t {trace.sessionOf(span).value} << 32U) | trace.agentOf(span).value;
            Row& row = rows[key];
            const StringId tool = trace.columns().name[span.index()];
            row.length = row.tool == tool ? row.length + 1 : 1;
            row.tool = tool;
            numbers[span.index()] = row.length;
        }
        return numbers;
    }

    /// Of `agent:3.2.1` the 3.
    std::optional<double> turnOfEffect(std::string_view effect)
    {
        const std::size_t colon = effect.rfind(':');
        if (colon == std::string_view::npos)
            return {};
        unsigned turn = 0;
        const char* const first = effect.data() + colon + 1;
        const auto [end, error] = std::from_chars(first, effect.data() + effect.size(), turn);
        const bool isTurn = error == std::errc() && end != effect.data() + effect.size()
            && *end == '.' && turn > 0;
        return isTurn ? std::optional<double>(turn) : std::nullopt;
    }

    /// Of a recording: the calls of its model that an agent has made up to a step. Where it made
    /// none, the lists of wants that steps are named after.
    Numbers recordedTurns(const Trace& trace)
    {
        struct Calls
        {
            double count = 0;
            double last = 0; ///< list of wants
        };

        Numbers numbers(trace.spanCount());
        std::unordered_map<std::string_view, Calls> calls; ///< by path of the agent
        for (const SpanId span : orderOfStart(trace)) {
            const std::string_view effect = trace.origId(span);
            const auto turn = turnOfEffect(effect);
            if (!turn)
                continue;
            Calls& of = calls[effect.substr(0, effect.rfind(':'))];
            if (trace.kind(span) == SpanKind::Llm && *turn > of.last) {
                ++of.count;
                of.last = *turn;
            }
            numbers[span.index()] = of.count > 0 ? of.count : *turn;
        }
        return numbers;
    }

    /// Elsewhere it is the number of the turn around a step in its session.
    Numbers turns(const Trace& trace)
    {
        if (isOurs(trace))
            return recordedTurns(trace);
        Numbers numbers(trace.spanCount());
        std::vector<double> counts(trace.sessions().size());
        for (const SpanId span : trace.preOrder()) {
            auto& number = numbers[span.index()];
            if (trace.kind(span) == SpanKind::Turn)
                number = ++counts[trace.sessionOf(span).index()];
            else if (const SpanId parent = trace.parent(span); parent.isValid())
                number = numbers[parent.index()];
        }
        return numbers;
    }

    /// Where a trace says nothing of attempts, nothing is known of them.
    Numbers attempts(const Trace& trace)
    {
        Numbers numbers(trace.spanCount());
        std::unordered_map<std::uint32_t, SpanId> retried;
        for (const SpanLink& link : trace.links()) {
            if (link.kind == LinkKind::RetryOf && link.to.isValid()
                && link.to.index() < trace.spanCount())
                retried[link.from.value] = link.to;
        }
        if (retried.empty() && !isOurs(trace))
            return numbers;
        for (const SpanId span : orderOfStart(trace)) {
            if (!isCall(trace.kind(span)))
                continue;
            const auto link = retried.find(span.value);
            numbers[span.index()]
                = link == retried.end() ? 1 : numbers[link->second.index()].value_or(1) + 1;
        }
        return numbers;
    }

} // namespace

bool isOwnCall(const Trace& trace, SpanId span)
{
    const SpanId parent = trace.parent(span);
    return trace.kind(span) == SpanKind::Tool
        && !(parent.isValid() && trace.kind(parent) == SpanKind::Tool);
}

bool isCountedError(const Trace& trace, SpanId span)
{
    if (!isCall(trace.kind(span)) || trace.status(span) != SpanStatus::Error)
        return false;
    const auto below = trace.children(span);
    return std::none_of(below.begin(), below.end(), [&](SpanId child) {
        return trace.kind(child) == trace.kind(span) && trace.status(child) == SpanStatus::Error;
    });
}

std::vector<SpanId> orderOfStart(const Trace& trace)
{
    struct Begin
    {
        std::int64_t time;
        SpanId span;
    };

    std::vector<Begin> begins;
    begins.reserve(trace.spanCount());
    std::vector<std::int64_t> latest(trace.sessions().size(), SpanColumns::kNoTime);
    for (const SpanId span : trace.preOrder()) {
        std::int64_t& last = latest[trace.sessionOf(span).index()];
        const std::int64_t start = trace.columns().start[span.index()];
        last = start == SpanColumns::kNoTime ? last : start;
        begins.push_back({last, span});
    }
    std::ranges::stable_sort(begins, [&](const Begin& a, const Begin& b) {
        const auto sessionA = trace.sessionOf(a.span).value;
        const auto sessionB = trace.sessionOf(b.span).value;
        return sessionA != sessionB ? sessionA < sessionB : a.time < b.time;
    });
    std::vector<SpanId> order;
    order.reserve(begins.size());
    for (const Begin& begin : begins)
        order.push_back(begin.span);
    return order;
}

std::vector<std::optional<Cost>> sessionCosts(const Trace& trace)
{
    std::vector<std::optional<Cost>> costs(trace.spanCount());
    std::vector<std::string> currencies(trace.sessions().size());
    std::vector<bool> areMixed(trace.sessions().size());
    const auto costOf = [&](SpanId span) -> std::optional<double> {
        const Cost* cost = trace.cost(span);
        if (cost == nullptr)
            return {};
        const std::size_t session = trace.sessionOf(span).index();
        if (currencies[session].empty())
            currencies[session] = cost->currency;
        areMixed[session] = areMixed[session] || currencies[session] != cost->currency;
        return cost->amount;
    };
    const Numbers sums = SessionSum(trace).run(costOf, false);
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const std::size_t session = trace.sessionOf(SpanId(i)).index();
        if (sums[i] && !areMixed[session])
            costs[i] = Cost {*sums[i],
                             currencies[session].empty() ? "USD" : currencies[session],
                             CostSource::Computed};
    }
    return costs;
}

std::vector<std::optional<double>> sessionNumbers(FieldId field, const Trace& trace)
{
    switch (field) {
    case FieldId::SessionTokens:
        return tokenSums(trace);
    case FieldId::SessionCalls:
        return callSums(trace);
    case FieldId::SessionErrors:
        return errorSums(trace);
    case FieldId::RepeatTool:
        return toolRuns(trace);
    case FieldId::Turn:
        return turns(trace);
    default:
        return attempts(trace);
    }
}

} // namespace tracestore
