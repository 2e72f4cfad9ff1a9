#pragma once

#include <string>
#include <string_view>

namespace tracestore {

/// What a coding agent was asked to do, in a line: the first line of the issue in the prompt that
/// is put around it, as SWE-agent and its relatives write it.
std::string taskTitle(std::string_view prompt);

} // namespace tracestore
