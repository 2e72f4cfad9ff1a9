#pragma once

#include "tracestore/import/inspect/inspect_header.h"
#include "tracestore/import/inspect/inspect_payloads.h"
#include "tracestore/model/trace_builder.h"

namespace tracestore {

/// What the samples of a log have in common. What it refers to outlives it.
struct InspectLog
{
    TraceBuilder& builder;
    InspectPayloads& payloads;
    InspectHeader header;
    AgentId agent;
};

/// Adds a sample as a session: its events as steps, or (where the log holds none) its messages.
void addInspectSample(const InspectLog& log, const PlacedJson& json);

} // namespace tracestore
