#pragma once

#include "tracestore/import/claude_code/claude_code_facts.h"
#include "tracestore/import/claude_code/claude_code_line.h"
#include "tracestore/import/importer.h"

#include <vector>

namespace tracestore {

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
