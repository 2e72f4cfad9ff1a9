#pragma once

#include "engine/run/run_observer.h"
#include "engine/runtime/tool_servers.h"

namespace engine {

/// The fact in which a run notes which tools a server offered.
tracestore::DecisionMade offerFact(const std::string& server,
                                   const std::vector<McpToolInfo>& tools);

/// What the servers of a recorded run offered when it began, by such facts.
RecordedTools recordedOffers(const std::vector<RunEventPtr>& events);

} // namespace engine
