#pragma once

#include "tracestore/import/reading/conversation_steps.h"
#include "tracestore/import/reading/json_dom.h"
#include "tracestore/import/reading/record_text.h"
#include "tracestore/import/reading/report_batch.h"

namespace tracestore {

/// How a step names the trajectory of an agent that it started.
struct AtifReference
{
    std::string trajectoryId;
    std::string path;
    std::string sessionId;
    SpanId startedBy; ///< the call, or the step
};

/// A trajectory that is to be read, and where it belongs.
struct AtifTask
{
    RecordText source;
    JsonView trajectory;
    std::filesystem::path file;
    SessionId session; ///< invalid: a session of its own
    SpanId startedBy; ///< the step that started this agent
    SpanId below; ///< what the agent stands below, where no step says that it started it
    SpanId continues; ///< the agent whose trajectory this one goes on with
};

/// What was found in a trajectory that leads to others.
struct AtifFound
{
    SessionId session;
    SpanId agent;
    std::vector<AtifReference> references;
};

/// Adds the steps of one trajectory. Fails with Cancelled only.
Result<AtifFound> addAtifTrajectory(const AtifTask& task,
                                    TraceBuilder& builder,
                                    StepPayloads& payloads,
                                    ReportBatch& report,
                                    Job& job);

/// The references of a result of an observation; `startedBy` is left open.
std::vector<AtifReference> atifReferencesOf(const JsonView& result);

} // namespace tracestore
