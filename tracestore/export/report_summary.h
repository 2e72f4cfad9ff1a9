#pragma once

#include "tracestore/analysis/trace_stats.h"
#include "tracestore/base/job.h"

namespace tracestore {

/// Something in a session that went wrong, and where.
struct ReportTrouble
{
    SpanId span;
    std::string text; ///< `failed: Timeout: no answer`, `loop: 7 times the same call ...`

    bool operator==(const ReportTrouble&) const = default;
};

/// What somebody wants to know of a session before he reads its steps.
struct ReportSummary
{
    std::string asked; ///< what the user said first; empty: not known
    std::string answer; ///< what the agent said last
    std::vector<std::pair<std::string, std::string>> figures; ///< names and values, what is known
    std::vector<ReportTrouble> troubles; ///< in the order of the steps, at most kMostTroubles
    std::size_t moreTroubles = 0; ///< that are not in the list
    bool isScripted = false; ///< its models were scripts
};

inline constexpr std::size_t kMostTroubles = 50;

/// Reads the payloads of the session's tools, and some of its first and last steps. `totals` are
/// those of the session. Fails with Cancelled.
Result<ReportSummary>
summarise(const Trace& trace, SessionId session, const TraceTotals& totals, Job& job);

} // namespace tracestore
