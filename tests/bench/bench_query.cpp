#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/query_run.h"
#include "tests/bench/span_trace.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    using namespace tracestore;

    constexpr std::size_t kSpans = 1'000'000;
    constexpr double kMostMs = 50;

    /// The columns that the bare loops read, flat, as nobody could hold them more simply.
    struct FlatColumns
    {
        std::vector<SpanKind> kind;
        std::vector<SpanStatus> status;
        std::vector<std::int64_t> start;
        std::vector<std::int64_t> end;
        std::vector<StringId> name;
        std::vector<StringId> model;
        std::vector<std::int64_t> input; ///< -1: unknown
        std::vector<std::uint32_t> parent;
        std::vector<std::uint32_t> agent;

        explicit FlatColumns(const Trace& trace)
        {
            const SpanColumns& columns = trace.columns();
            for (std::size_t i = 0; i < columns.size(); ++i) {
                kind.push_back(columns.kind[i]);
                status.push_back(columns.status[i]);
                start.push_back(columns.start[i]);
                end.push_back(columns.end[i]);
                name.push_back(columns.name[i]);
                model.push_back(columns.requestedModel[i]);
                const TokenUsage* usage = trace.usage(SpanId(i));
                input.push_back(usage == nullptr ? -1 : usage->inputTotal().value_or(-1));
                parent.push_back(columns.parent[i].value);
                agent.push_back(columns.agent[i].value);
            }
        }

        [[nodiscard]] std::size_t size() const { return kind.size(); }
    };

    /// A query and a loop that finds the same spans.
    struct Question
    {
        std::string query;
        std::vector<std::uint32_t> (*loop)(const FlatColumns& of, const Trace& trace);
    };

    template<class Fits>
    std::vector<std::uint32_t> spansThat(const FlatColumns& of, Fits fits)
    {
        std::vector<std::uint32_t> found;
        for (std::uint32_t i = 0; i < of.size(); ++i) {
            if (fits(i))
                found.push_back(i);
        }
        return found;
    }

    std::vector<std::uint32_t> failedTools(const FlatColumns& of, const Trace&)
    {
        return spansThat(of, [&](std::uint32_t i) {
            return of.kind[i] == SpanKind::Tool && of.status[i] == SpanStatus::Error
                && of.end[i] - of.start[i] > 2'000'000'000;
        });
    }

    /// For each text of the pool whether it has a part.
    std::vector<bool> textsWith(const Trace& trace, std::string_view part)
    {
        std::vector<bool> has(trace.strings().size());
        for (std::uint32_t i = 0; i < has.size(); ++i)
            has[i] = trace.text(StringId {i}).find(part) != std::string_view::npos;
        return has;
    }

    std::vector<std::uint32_t> largeCalls(const FlatColumns& of, const Trace& trace)
    {
        const std::vector<bool> isClaude = textsWith(trace, "claude");
        return spansThat(of, [&](std::uint32_t i) {
            return isClaude[of.model[i].value] && of.input[i] > 10'000;
        });
    }

    std::vector<std::uint32_t> longOthers(const FlatColumns& of, const Trace&)
    {
        return spansThat(of, [&](std::uint32_t i) {
            return of.kind[i] != SpanKind::Tool && of.end[i] - of.start[i] >= 1'000'000'000;
        });
    }

    std::vector<std::uint32_t> searchTools(const FlatColumns& of, const Trace& trace)
    {
        const std::vector<bool> isSearch = textsWith(trace, "search");
        return spansThat(of, [&](std::uint32_t i) { return isSearch[of.name[i].value]; });
    }

    /// Parents stand in front of their children in these traces.
    std::vector<std::uint32_t> failedBelowPlanner(const FlatColumns& of, const Trace& trace)
    {
        std::vector<bool> isPlanner(trace.agents().size());
        for (std::size_t i = 0; i < isPlanner.size(); ++i)
            isPlanner[i] = trace.agents()[i].name == "planner";
        std::vector<std::uint8_t> isBelow(of.size());
        return spansThat(of, [&](std::uint32_t i) {
            const std::uint32_t above = of.parent[i];
            if (above < of.size())
                isBelow[i] = isBelow[above]
                    | (of.agent[above] < isPlanner.size() && isPlanner[of.agent[above]] ? 1 : 0);
            return of.status[i] == SpanStatus::Error && isBelow[i] != 0;
        });
    }

    const std::vector<Question>& questions()
    {
        static const std::vector<Question> kQuestions {
            {"kind = tool and status = error and duration > 2s", failedTools},
            {"model contains claude and tokens.in > 10k", largeCalls},
            {"not (kind = tool or duration < 1s)", longOthers},
            {"name ~ /search/", searchTools},
            {"status = error and ancestor(agent = planner)", failedBelowPlanner},
        };
        return kQuestions;
    }

    void checkSame(std::size_t hits, std::size_t found, const std::string& query)
    {
        if (hits == found && found > 0)
            return;
        std::fprintf(
            stderr, "`%s` has %zu hits, the loop found %zu.\n", query.c_str(), hits, found);
        std::exit(1);
    }

    void ask(const Question& question,
             const Trace& trace,
             const FlatColumns& columns,
             const BenchOptions& options)
    {
        const auto spans = static_cast<double>(trace.spanCount());
        const Query query = queryOrEnd(question.query);
        std::size_t found = 0;
        Contest contest(question.query, options.rounds);
        contest.add("bare loop over the columns", spans, "spans", [&] {
            return costOf([&] { found = question.loop(columns, trace).size(); });
        });
        contest.add("query", spans, "spans", [&] {
            std::size_t hits = 0;
            const Cost cost = costOf([&] { hits = hitsOf(query, trace); });
            checkSame(hits, found, question.query);
            return cost;
        });
        contest.run();
        printGoal("ms of CPU", contest.median("query").cpu * 1e3, kMostMs);
        printFigure("query / bare loop, CPU",
                    contest.cpuRatio("query", "bare loop over the columns"));
    }

} // namespace

void benchQuery(const BenchOptions& options)
{
    const TracePtr trace = makeSpanTrace(kSpans);
    const FlatColumns columns(*trace);
    std::printf("\n== queries over the columns of %zu spans\n", trace->spanCount());
    for (const Question& question : questions())
        ask(question, *trace, columns, options);
}

} // namespace bench
