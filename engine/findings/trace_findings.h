#pragma once

#include "tracestore/findings/find_findings.h"

namespace engine {

/// Looks for classic faults in a trace by all rules (or those of `rules`), arguments of tools
/// checked by the schemas that the trace holds. Recordings of Kymo's agents hold their
/// configurations: what the rules over configurations see in them has a field, and the agent's
/// steps. `prices` may be null. Fails as tracestore::findFindings() does. Any thread.
tracestore::Result<tracestore::FindingReport>
findTraceFindings(const tracestore::Trace& trace,
                  const std::vector<std::string>& rules,
                  const tracestore::PriceTable* prices,
                  tracestore::Job& job);

/// What is wrong with arguments by a JSON schema, a line for each, kept schemas read once; for
/// FindingOptions::checkArguments. One thread.
std::function<std::string(std::string_view, std::string_view)> argumentCheck();

} // namespace engine
