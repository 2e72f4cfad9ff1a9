#pragma once

#include "tracestore/base/job.h"
#include "tracestore/findings/finding_rule.h"

namespace tracestore {

/// Looks for classic faults in a trace, by the rules of the registry. One pass over the steps in
/// their order; a payload is read once, and only where a rule asks for it. Near linear in the steps
/// and what they hold. Fails with Cancelled, and with Invalid where a rule is named that is none;
/// `job` is told of progress in steps. Any thread.
Result<FindingReport> findFindings(const Trace& trace,
                                   const RuleRegistry& rules,
                                   const FindingOptions& options,
                                   Job& job);

/// The same by all rules that come with Kymo.
Result<FindingReport> findFindings(const Trace& trace, Job& job);

} // namespace tracestore
