#pragma once

#include "tracestore/model/trace.h"

#include <string>

namespace tests {

/// What an import made of a log, as text for golden files: the tree, sessions, branches, links and
/// the report.
std::string summaryText(const tracestore::Trace& trace);

/// `user: text | assistant: thought call t1`, a message after another.
std::string outline(const std::vector<tracestore::Message>& messages);

/// The n-th span of a kind in the order of the step tree; invalid where there are fewer.
tracestore::SpanId
spanOf(const tracestore::Trace& trace, tracestore::SpanKind kind, std::size_t n = 0);

/// Its payloads; empty where they cannot be read.
tracestore::SpanDetail
detailOf(const tracestore::Trace& trace, tracestore::SpanKind kind, std::size_t n = 0);

} // namespace tests
