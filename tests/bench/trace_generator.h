#pragma once

#include <cstdint>
#include <filesystem>

namespace bench {

/// The shapes in which the generator writes the runs that it makes up.
enum class TraceShape
{
    OtlpLines, ///< OTLP/JSON, an export request a line, as the collector writes files
    OtlpDocument, ///< OTLP/JSON, all spans in one document on one line
    ClaudeCode, ///< the log of a coding agent
};

struct TraceWish
{
    TraceShape shape = TraceShape::OtlpLines;
    std::uint64_t bytes = 0; ///< the file is at least as large, by a run at most
    std::uint64_t spans = 0; ///< likewise; what is reached last ends the file
    std::uint64_t seed = 42;
    bool withHistory = false; ///< each model call carries the whole conversation before it
};

struct GeneratedTrace
{
    std::filesystem::path path;
    std::uint64_t bytes = 0;
    std::uint64_t spans = 0; ///< records that become spans
};

/// Writes a trace: runs of agents with turns, model calls, tools in parallel, sub-agents, errors;
/// messages of 200 to 4000 characters. The same wish makes the same bytes, and a file that is there
/// already is used again. Ends the program where it cannot write.
GeneratedTrace generateTrace(const TraceWish& wish, const std::filesystem::path& folder);

} // namespace bench
