#pragma once

#include "tracestore/import/claude_code/claude_code_step_list.h"

#include <unordered_map>

namespace tracestore {

/// Brings tool calls and their results together. A call becomes a step whether it has a result or
/// not, and a result whether its call is there or not; either may come first.
class ClaudeTools
{
public:
    explicit ClaudeTools(ClaudeStepList& list)
        : m_list(list)
    { }

    /// Places the calls and results of a line; `askedBy` is the step of the line.
    void placeBlocks(std::uint32_t line, std::uint32_t askedBy);

private:
    void placeCall(std::uint32_t line, std::uint32_t block, std::uint32_t askedBy);
    void placeResult(std::uint32_t line, std::uint32_t block);
    void
    setCall(std::uint32_t step, std::uint32_t line, std::uint32_t block, std::uint32_t askedBy);
    void close(ClaudeStep& tool, const ClaudeLine& line, const ClaudeBlock& block) const;
    std::uint32_t toolFor(std::uint32_t line, const ClaudeBlock& block);
    std::uint32_t addLostTool(std::uint32_t line, std::uint32_t block);

    /// The calls of a line that have no id, and the first of them that may be without a result.
    struct Nameless
    {
        std::vector<std::uint32_t> steps;
        std::size_t next = 0;
    };

    ClaudeStepList& m_list;
    std::unordered_map<StringId, std::uint32_t> m_byId;
    std::unordered_map<std::uint32_t, Nameless> m_namelessOfLine;
};

} // namespace tracestore
