#pragma once

#include "tracestore/model/trace.h"

#include <functional>
#include <string>
#include <vector>

namespace engine::cli {

/// Tells what tools and policies do while a run goes on, from its growing trace: a line each.
class RunNarrator
{
public:
    /// What is new since the last time, in the order in which it began. Lines are made safe.
    std::vector<std::string> linesOf(const tracestore::Trace& trace);

    /// Another run begins.
    void reset();

private:
    std::size_t m_known = 0; ///< spans that were looked at
    std::vector<tracestore::SpanId> m_open; ///< tool calls that have not ended
};

} // namespace engine::cli
