#pragma once

#include "tracestore/model/payload_source.h"
#include "tracestore/model/trace_builder.h"

namespace tracestore {

/// Gives sessions without a title one: what the user asked in the first model call, else the name
/// of the first root. Reads the content of few calls only: in a file of very many sessions the
/// later ones go by their roots. Sessions and parents are settled.
void giveTitles(TraceBuilder& builder, const PayloadSource& payloads);

/// A line of what the user says first in plain words; empty where there is nothing of the sort.
std::string questionIn(const std::vector<Message>& messages);

} // namespace tracestore
