#pragma once

#include "tracestore/compare/trace_alignment.h"

#include <QtGlobal>

namespace tests {

/// Two traces beside each other; ends the test where they cannot be aligned.
inline tracestore::TraceAlignment aligned(const tracestore::Trace& a, const tracestore::Trace& b)
{
    tracestore::Job job;
    auto alignment = tracestore::alignTraces({.trace = &a}, {.trace = &b}, job);
    if (!alignment)
        qFatal("%s", alignment.error().message.c_str());
    return std::move(*alignment);
}

} // namespace tests
