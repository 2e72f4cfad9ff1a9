#pragma once

#include "tracestore/import/claude_code_line.h"
#include "tracestore/import/importer.h"

#include <string>
#include <vector>

namespace tracestore {

/// What the lines of a file say about their session. Of a thing that is said several times the
/// last word counts, but for the ids, which are the first.
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
    std::vector<std::pair<std::uint64_t, std::string>> summaries; ///< by leaf
};

/// A file of an import: its lines are [firstLine, endLine) of the index.
struct ClaudeFile
{
    std::filesystem::path path;
    FileId id;
    std::uint32_t firstLine = 0;
    std::uint32_t endLine = 0;
    bool hasMainLines = false; ///< user or assistant lines that are not of a sub-agent
    bool hasSidechain = false;
    ClaudeSessionFacts facts;

    /// Only lines of sub-agents: it belongs to the session of another file.
    [[nodiscard]] bool isAgentFile() const { return hasSidechain && !hasMainLines; }
};

/// All that the import pass keeps of the files.
struct ClaudeIndex
{
    std::vector<ClaudeFile> files;
    std::vector<ClaudeLine> lines;
    std::vector<ClaudeBlock> blocks;

    [[nodiscard]] std::span<const ClaudeBlock> blocksOf(const ClaudeLine& line) const
    {
        return std::span(blocks).subspan(line.firstBlock, line.blockCount);
    }
};

/// Reads a file into the index, each line once. Lines that cannot be read go to the report. Fails
/// with Io, NotFound, Cancelled.
Result<void>
scanClaudeFile(const ImportFile& file, ClaudeIndex& index, TraceBuilder& builder, Job& job);

} // namespace tracestore
