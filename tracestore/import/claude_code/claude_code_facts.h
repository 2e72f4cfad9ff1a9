#pragma once

#include "tracestore/import/reading/json_dom.h"

#include <string>
#include <unordered_set>
#include <vector>

namespace tracestore {

/// What the lines of a file say about their session. Of a thing that is said several times the
/// last word counts, but for where it began.
struct ClaudeSessionFacts
{
    std::string sessionId;
    std::string version;
    std::string cwd;
    std::string gitBranch;
    std::string customTitle;
    std::string aiTitle;
    std::string summary; ///< of a leaf in this file
    std::string otherSummary; ///< of a leaf that is elsewhere
    std::string agentName;
    std::string permissionMode;
    std::string mode;
    std::string slug;
    std::string entrypoint;
    std::string relocatedCwd;
    std::vector<std::string> pullRequests;
    std::vector<std::pair<std::uint64_t, std::string>> summaries; ///< by the hash of their leaf
};

/// Reads a line that has no place in the conversation: titles, modes, links. False where it says
/// nothing that the session keeps.
bool readClaudeFact(ClaudeSessionFacts& facts, const simdjson::dom::object& line);

/// Reads what lines of all types carry along. Bookkeeping is often written in another place than
/// the conversation: of a version and a branch only lines with a place of their own speak.
void readClaudeContext(ClaudeSessionFacts& facts,
                       const simdjson::dom::object& line,
                       bool isBookkeeping);

/// Sorts the summaries by whether their leaf is among the uuids (hashes) of the file: a file may
/// hold summaries of other sessions.
void settleClaudeSummaries(ClaudeSessionFacts& facts,
                           const std::unordered_set<std::uint64_t>& uuids);

/// The name of a session: the user's, the program's, or what was asked first.
std::string claudeTitle(const ClaudeSessionFacts& facts, const std::string& firstPrompt);

} // namespace tracestore
