#pragma once

#include "engine/config/agent_config.h"
#include "tracestore/model/trace.h"

namespace engine {

/// The configuration of an agent as a trace holds it, keys masked.
struct RecordedConfig
{
    AgentConfig config;
    std::vector<tracestore::SpanId> runs; ///< where each run with it begins; one at least
};

/// The configurations of the runs of a trace that Kymo recorded; equal ones are one. What cannot be
/// read (of a newer Kymo) is left out, as are traces of others. Reads one payload a run. Any
/// thread.
std::vector<RecordedConfig> recordedConfigs(const tracestore::Trace& trace);

/// The step of the agent that a field of a configuration is about: `agents[1].tools` of a run's
/// configuration is the second worker's first step, where it worked; else that of the run.
tracestore::SpanId agentStepOf(const tracestore::Trace& trace,
                               tracestore::SpanId run,
                               const AgentConfig& config,
                               std::string_view field);

} // namespace engine
