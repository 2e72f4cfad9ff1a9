#include "tracestore/import/claude_code/claude_code_tools.h"

namespace tracestore {
void ClaudeTools::placeBlocks(std::uint32_t lineIndex, std::uint32_t askedBy)
{
    const ClaudeLine& line = m_list.index.lines[lineIndex];
    for (std::uint32_t i = line.firstBlock; i < line.firstBlock + line.blockCount; ++i) {
        if (m_list.index.blocks[i].isResult)
            placeResult(lineIndex, i);
        else if (askedBy != ClaudeStep::kNone)
            placeCall(lineIndex, i, askedBy);
    }
}

void ClaudeTools::placeCall(std::uint32_t lineIndex,
                            std::uint32_t blockIndex,
                            std::uint32_t askedBy)
{
    const ClaudeBlock& block = m_list.index.blocks[blockIndex];
    const auto known = block.callId.isEmpty() ? m_byId.end() : m_byId.find(block.callId);
    if (known != m_byId.end()) {
        ClaudeStep& tool = m_list.at(known->second);
        tool.lines.push_back(lineIndex);
        // Its result came first, or else it is a line that was written twice.
        if (!tool.countsInTotals)
            setCall(known->second, lineIndex, blockIndex, askedBy);
        return;
    }
    const std::uint32_t step
        = m_list.addLine(SpanKind::Tool, ClaudePayload::Tool, lineIndex, "tool_use");
    m_list.at(step).end = std::nullopt;
    setCall(step, lineIndex, blockIndex, askedBy);
    if (block.callId.isEmpty())
        m_namelessOfLine[lineIndex].steps.push_back(step);
    else
        m_byId.emplace(block.callId, step);
}

void ClaudeTools::setCall(std::uint32_t step,
                          std::uint32_t lineIndex,
                          std::uint32_t blockIndex,
                          std::uint32_t askedBy)
{
    const ClaudeBlock& block = m_list.index.blocks[blockIndex];
    ClaudeStep& tool = m_list.at(step);
    tool.parent = m_list.at(askedBy).parent;
    tool.lane = m_list.laneOf[lineIndex];
    m_list.setName(step, m_list.text(block.toolName), "tool");
    tool.origKind = m_list.builder.intern(block.isServerTool ? "server_tool_use" : "tool_use");
    tool.origId = block.callId;
    tool.callId = block.callId;
    tool.start = m_list.index.lines[lineIndex].time;
    tool.block = blockIndex;
    tool.askedBy = askedBy;
    tool.countsInTotals = true;
}

void ClaudeTools::placeResult(std::uint32_t lineIndex, std::uint32_t blockIndex)
{
    const ClaudeBlock& block = m_list.index.blocks[blockIndex];
    std::uint32_t step = toolFor(lineIndex, block);
    if (step == ClaudeStep::kNone)
        step = addLostTool(lineIndex, blockIndex);
    ClaudeStep& tool = m_list.at(step);
    // Of two results for one call the one that failed is the one to see.
    const bool isWorse = block.isError && tool.status != SpanStatus::Error;
    if (tool.result != ClaudeStep::kNone && !isWorse)
        return;
    if (tool.lines.back() != lineIndex)
        tool.lines.push_back(lineIndex);
    tool.result = blockIndex;
    close(tool, m_list.index.lines[lineIndex], block);
}

void ClaudeTools::close(ClaudeStep& tool, const ClaudeLine& line, const ClaudeBlock& block) const
{
    tool.end = line.time;
    if (block.isError) {
        tool.status = SpanStatus::Error;
        tool.error = SpanError {.type = std::string(m_list.text(line.denial)),
                                .message = std::string(m_list.text(block.errorText))};
    } else {
        tool.status = line.isInterrupted ? SpanStatus::Cancelled : SpanStatus::Ok;
    }
    if (!line.measured || !tool.start || !tool.end || *tool.end < *tool.start)
        return;
    // The call was written when the model asked; the tool ran later, when it was allowed.
    const Timestamp began {tool.end->ns - line.measured->ns};
    if (line.measured->ns > 0 && began >= *tool.start) {
        tool.start = began;
        tool.timeSource = TimeSource::Exact;
    }
}

/// The call that a result answers: by its id; where it has none, by the line that it hangs below.
std::uint32_t ClaudeTools::toolFor(std::uint32_t lineIndex, const ClaudeBlock& block)
{
    if (!block.callId.isEmpty()) {
        const auto known = m_byId.find(block.callId);
        return known == m_byId.end() ? ClaudeStep::kNone : known->second;
    }
    const auto found = m_namelessOfLine.find(m_list.index.lines[lineIndex].parent);
    if (found == m_namelessOfLine.end())
        return ClaudeStep::kNone;
    auto& [steps, next] = found->second;
    while (next < steps.size() && m_list.at(steps[next]).result != ClaudeStep::kNone)
        ++next;
    return next < steps.size() ? steps[next] : steps.back();
}

/// A result whose call is not in the file: it happened, but its call is counted elsewhere.
std::uint32_t ClaudeTools::addLostTool(std::uint32_t lineIndex, std::uint32_t blockIndex)
{
    const ClaudeBlock& block = m_list.index.blocks[blockIndex];
    const std::uint32_t step
        = m_list.addLine(SpanKind::Tool, ClaudePayload::Tool, lineIndex, "tool_result");
    m_list.setName(step, "result without a call", {});
    ClaudeStep& tool = m_list.at(step);
    tool.callId = block.callId;
    tool.block = blockIndex;
    tool.start = std::nullopt;
    tool.countsInTotals = false;
    if (!block.callId.isEmpty())
        m_byId.emplace(block.callId, step);
    m_list.report(lineIndex,
                  ReportSeverity::Note,
                  "tool_use_id",
                  "Results whose tool call does not stand before them in the file; they are "
                  "counted as calls only if it comes later.");
    return step;
}

} // namespace tracestore
