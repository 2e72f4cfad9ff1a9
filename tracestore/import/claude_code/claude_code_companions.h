#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// The name of a session's file without `.jsonl` and without `.gz` or `.zst` behind it.
std::string claudeStem(const std::filesystem::path& path);

/// Whether a file is called as those of sub-agents are: `agent-<id>.jsonl`.
bool isClaudeAgentName(const std::filesystem::path& path);

/// The files of the sub-agents of the session at `path`, sorted; empty where there are none or
/// where the file is itself one of a sub-agent.
std::vector<std::filesystem::path> claudeCompanions(const std::filesystem::path& path);

} // namespace tracestore
