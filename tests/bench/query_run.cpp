#include "tests/bench/query_run.h"

#include <cstdio>
#include <cstdlib>
#include <optional>

namespace bench {
namespace {

    [[noreturn]] void end(const std::string& query, const std::string& why)
    {
        std::fprintf(stderr, "`%s`: %s\n", query.c_str(), why.c_str());
        std::exit(1);
    }

} // namespace

tracestore::Query queryOrEnd(const std::string& text)
{
    const tracestore::ParsedQuery parsed = tracestore::Query::parse(text);
    if (!parsed.query)
        end(text, parsed.error->message);
    return *parsed.query;
}

std::size_t hitsOf(const tracestore::Query& query, const tracestore::Trace& trace)
{
    tracestore::Job job;
    std::size_t taken = 0;
    const auto outcome = tracestore::runQuery(
        query, trace, {}, job, [&](std::span<const tracestore::QueryHit> hits) {
            taken += hits.size();
        });
    if (!outcome)
        end(query.text(), outcome.error().message);
    if (outcome->unreadable > 0 || outcome->hits != taken)
        end(query.text(), outcome->firstProblem);
    return taken;
}

Cost costOfFirstHit(const tracestore::Query& query, const tracestore::Trace& trace)
{
    tracestore::Job job;
    const double cpu = cpuNow();
    const auto wall = std::chrono::steady_clock::now();
    std::optional<Cost> first;
    const auto outcome
        = tracestore::runQuery(query, trace, {}, job, [&](std::span<const tracestore::QueryHit>) {
              const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - wall;
              if (!first)
                  first = Cost {.cpu = cpuNow() - cpu, .wall = passed.count()};
              job.cancel();
          });
    if (!first)
        end(query.text(), outcome ? "has no hit." : outcome.error().message);
    return *first;
}

} // namespace bench
