#include "tracestore/compare/trace_metrics.h"

#include "tracestore/analysis/span_groups.h"
#include "tracestore/compare/compared_spans.h"
#include "tracestore/model/call_history.h"
#include "tracestore/model/payload_source.h"

#include <algorithm>
#include <map>

namespace tracestore {
namespace {

    using Figure = std::optional<double>;

    constexpr double kSecond = 1e9;

    Figure figureOf(std::optional<std::int64_t> count)
    {
        return count ? Figure(static_cast<double>(*count)) : std::nullopt;
    }

    Figure figureIf(bool isKnown, std::int64_t count)
    {
        return isKnown ? Figure(static_cast<double>(count)) : std::nullopt;
    }

    Figure secondsOf(std::optional<Duration> duration)
    {
        return duration ? Figure(static_cast<double>(duration->ns) / kSecond) : std::nullopt;
    }

    /// The figures of one side.
    struct SideFigures
    {
        TraceTotals totals;
        std::int64_t retries = 0;
        std::int64_t cacheHits = 0;
        bool isCacheKnown = false;
        bool isStatusKnown = false; ///< of any call
        std::optional<LatencySummary> latency;
        std::optional<LatencySummary> firstToken;
        std::map<std::string, std::int64_t, std::less<>> tools;

        explicit SideFigures(const ComparedTrace& side)
        {
            const Trace& trace = *side.trace;
            const std::vector<SpanId> spans = comparedSpans(side);
            totals = tracestore::totals(trace, spans);
            const std::vector<bool> isRetry = findRetries(trace);
            LatencyTally latencies;
            for (const SpanId span : spans) {
                retries += isRetry[span.index()] ? 1 : 0;
                addCall(trace, span);
                if (trace.kind(span) == SpanKind::Llm && trace.countsInTotals(span))
                    latencies.add(trace, span);
            }
            latency = latencies.whole();
            firstToken = latencies.firstToken();
        }

        [[nodiscard]] Figure calls(const std::string& tool) const
        {
            const auto found = tools.find(tool);
            return found == tools.end() ? 0.0 : static_cast<double>(found->second);
        }

        [[nodiscard]] Figure cacheShare() const
        {
            const auto all = totals.tokens.inputTotal();
            if (!totals.tokens.cacheRead || !all || *all <= 0)
                return {};
            return static_cast<double>(*totals.tokens.cacheRead) / static_cast<double>(*all);
        }

        [[nodiscard]] Figure duration() const
        {
            if (!totals.start || !totals.end || *totals.end < *totals.start)
                return {};
            return secondsOf(*totals.end - *totals.start);
        }

    private:
        void addCall(const Trace& trace, SpanId span)
        {
            if (!trace.countsInTotals(span))
                return;
            const SpanKind kind = trace.kind(span);
            if (kind == SpanKind::Tool)
                ++tools[std::string(trace.name(span))];
            if (kind == SpanKind::Tool || kind == SpanKind::Llm)
                isStatusKnown = isStatusKnown || trace.status(span) != SpanStatus::Unknown;
            const TokenUsage* usage = trace.usage(span);
            if (kind != SpanKind::Llm || usage == nullptr || !usage->cacheRead)
                return;
            isCacheKnown = true;
            cacheHits += *usage->cacheRead > 0 ? 1 : 0;
        }
    };

    class MetricTable
    {
    public:
        MetricTable(const SideFigures& a, const SideFigures& b)
            : m_a(a)
            , m_b(b)
        { }

        std::vector<MetricRow> take()
        {
            addCounts();
            addTokens();
            addCost();
            addTimes();
            addTools();
            return std::move(m_rows);
        }

    private:
        template<class Of>
        void add(const char* id, const char* label, MetricUnit unit, Of of)
        {
            m_rows.push_back({id, label, unit, {}, of(m_a), of(m_b)});
        }

        void addCounts()
        {
            using F = const SideFigures&;
            const auto count
                = [](std::int64_t value) { return Figure(static_cast<double>(value)); };
            add("steps", "Steps", MetricUnit::Count, [&](F f) { return count(f.totals.steps); });
            add("model_calls", "Model calls", MetricUnit::Count, [&](F f) {
                return count(f.totals.llmCalls);
            });
            add("tool_calls", "Tool calls", MetricUnit::Count, [&](F f) {
                return count(f.totals.toolCalls);
            });
            add("tools_used", "Tools used", MetricUnit::Count, [&](F f) {
                return count(static_cast<std::int64_t>(f.tools.size()));
            });
            add("agents", "Agents", MetricUnit::Count, [&](F f) { return count(f.totals.agents); });
            add("errors", "Steps that failed", MetricUnit::Count, [&](F f) {
                return figureIf(f.isStatusKnown || f.totals.errors > 0, f.totals.errors);
            });
            add("tool_errors", "Tool calls that failed", MetricUnit::Count, [&](F f) {
                return figureIf(f.isStatusKnown, f.totals.toolErrors);
            });
            add("retries", "Retries", MetricUnit::Count, [&](F f) {
                return figureIf(f.isStatusKnown || f.retries > 0, f.retries);
            });
        }

        void addTokens()
        {
            using F = const SideFigures&;
            const auto row = [&](const char* id, const char* label, auto of) {
                add(id, label, MetricUnit::Tokens, [&](F f) {
                    return figureOf(of(f.totals.tokens));
                });
            };
            using T = const TokenUsage&;
            row("tokens_input", "Input tokens, read anew", [](T t) { return t.input; });
            row("tokens_cache_read", "Input tokens, from cache", [](T t) { return t.cacheRead; });
            row("tokens_cache_write", "Input tokens, into cache", [](T t) { return t.cacheWrite; });
            row("tokens_output", "Output tokens", [](T t) { return t.output; });
            row("tokens_reasoning", "of these reasoning", [](T t) { return t.reasoning; });
            row("tokens", "Tokens in all", [](T t) {
                return t.total() ? t.total() : t.reportedTotal;
            });
            add("cache_hits", "Calls that read from cache", MetricUnit::Count, [](F f) {
                return figureIf(f.isCacheKnown, f.cacheHits);
            });
            add("cache_share", "Part of input from cache", MetricUnit::Share, [](F f) {
                return f.cacheShare();
            });
        }

        void addCost()
        {
            const auto& a = m_a.totals.cost;
            const auto& b = m_b.totals.cost;
            const auto row = [&](const std::optional<Cost>& ofA, const std::optional<Cost>& ofB) {
                MetricRow cost {"cost", "Cost", MetricUnit::Money, {}, {}, {}};
                if (ofA)
                    cost.a = ofA->amount;
                if (ofB)
                    cost.b = ofB->amount;
                cost.currency = ofA ? ofA->currency : ofB ? ofB->currency : std::string();
                m_rows.push_back(std::move(cost));
            };
            // Two currencies have no difference.
            const bool isOneCurrency = !a || !b || a->currency == b->currency;
            row(a, isOneCurrency ? b : std::nullopt);
            if (!isOneCurrency)
                row({}, b);
        }

        void addTimes()
        {
            using F = const SideFigures&;
            using L = const LatencySummary&;
            add("duration", "Duration", MetricUnit::Seconds, [](F f) { return f.duration(); });
            const auto row = [&](const char* id, const char* label, auto summary, auto part) {
                add(id, label, MetricUnit::Seconds, [&](F f) -> Figure {
                    const std::optional<LatencySummary>& of = f.*summary;
                    return of ? secondsOf(part(*of)) : std::nullopt;
                });
            };
            row("latency_p50", "Model call, median", &SideFigures::latency, [](L l) {
                return l.p50;
            });
            row("latency_p90", "Model call, 90 % within", &SideFigures::latency, [](L l) {
                return l.p90;
            });
            row("first_token_p50", "First token, median", &SideFigures::firstToken, [](L l) {
                return l.p50;
            });
            row("first_token_p90", "First token, 90 % within", &SideFigures::firstToken, [](L l) {
                return l.p90;
            });
        }

        void addTools()
        {
            std::map<std::string, bool> names;
            for (const SideFigures* side : {&m_a, &m_b}) {
                for (const auto& [name, calls] : side->tools)
                    names.try_emplace(name, true);
            }
            for (const auto& [name, isUsed] : names)
                m_rows.push_back({"tool." + name,
                                  "Calls of " + name,
                                  MetricUnit::Count,
                                  {},
                                  m_a.calls(name),
                                  m_b.calls(name)});
        }

        const SideFigures& m_a;
        const SideFigures& m_b;
        std::vector<MetricRow> m_rows;
    };

    std::string spokenText(const std::vector<Message>& output)
    {
        std::string text;
        for (const Message& message : output) {
            const std::string part = plainText(message);
            if (!text.empty() && !part.empty())
                text += '\n';
            text += part;
        }
        return text;
    }

} // namespace

std::string_view toWord(MetricUnit unit)
{
    switch (unit) {
    case MetricUnit::Count:
        return "count";
    case MetricUnit::Tokens:
        return "tokens";
    case MetricUnit::Money:
        return "money";
    case MetricUnit::Seconds:
        return "seconds";
    case MetricUnit::Share:
        return "share";
    }
    return "count";
}

std::vector<MetricRow> compareMetrics(const ComparedTrace& a, const ComparedTrace& b)
{
    const SideFigures figuresA(a);
    const SideFigures figuresB(b);
    return MetricTable(figuresA, figuresB).take();
}

FinalAnswer finalAnswer(const ComparedTrace& side)
{
    constexpr int kMostCalls = 8; // of which the last may only have asked for tools
    const Trace& trace = *side.trace;
    const std::vector<SpanId> spans = comparedSpans(side);
    FinalAnswer answer;
    if (!spans.empty())
        answer.outcome = trace.session(trace.sessionOf(spans.back())).outcome;
    const auto first
        = std::ranges::find_if(spans, [&](SpanId span) { return isModelCall(trace, span); });
    int calls = 0;
    for (std::size_t i = spans.size(); i-- > 0 && calls < kMostCalls;) {
        const SpanId span = spans[i];
        if (!isModelCall(trace, span) || trace.agentOf(span) != trace.agentOf(*first))
            continue;
        ++calls;
        const auto detail = trace.payloads().detail(span);
        if (!detail)
            continue;
        answer.text = spokenText(detail->output);
        if (!answer.text.empty()) {
            answer.span = span;
            return answer;
        }
    }
    return answer;
}

} // namespace tracestore
