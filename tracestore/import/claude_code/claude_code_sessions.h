#pragma once

#include "tracestore/import/claude_code/claude_code_scan.h"

namespace tracestore {

/// One agent of a session: the main one (lane 0) or a sub-agent.
struct ClaudeLane
{
    StringId agentId; ///< empty: the main agent, or an older log that does not name agents
    StringId parentToolId; ///< the tool call that started it, where its lines say so
    std::uint32_t lastTalk = ClaudeLine::kNone; ///< its last user or assistant line
};

/// A session with its files, and its lines by agent.
struct ClaudeSession
{
    std::vector<std::uint32_t> files; ///< the main one first
    std::string key;
    std::vector<ClaudeLane> lanes; ///< never empty
    SourceCounts counts;
};

/// Puts the files together to sessions: a sub-agent's file goes with the session that its folder
/// or its lines name. Files of one session follow each other.
std::vector<ClaudeSession> groupClaudeSessions(const ClaudeIndex& index);

/// Marks the lines that repeat a line of an earlier session: a resumed session may begin with a
/// copy of the one that it goes on from.
void markClaudeCopies(const std::vector<ClaudeSession>& sessions,
                      ClaudeIndex& index,
                      ImportReport& report);

/// Finds the parents of the session's lines and sorts the lines into lanes; laneOf has a place for
/// every line of the index.
void sortClaudeLanes(ClaudeSession& session,
                     ClaudeIndex& index,
                     std::vector<std::uint32_t>& laneOf);

} // namespace tracestore
