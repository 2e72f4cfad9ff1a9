#pragma once

#include "tracestore/import/claude_code/claude_code_tree.h"

namespace tracestore {

/// The steps of a session while its lines are walked over: knows where in the tree a line stands,
/// and keeps the report. A session's lines, index and builder outlive it.
class ClaudeStepList
{
public:
    ClaudeStepList(const ClaudeSession& session,
                   const ClaudeIndex& index,
                   const std::vector<std::uint32_t>& laneOf,
                   TraceBuilder& builder);

    [[nodiscard]] ClaudeStep& at(std::uint32_t step) { return tree.steps[step]; }

    [[nodiscard]] const ClaudeStep& at(std::uint32_t step) const { return tree.steps[step]; }

    /// The step of an agent, made when it is first asked for.
    std::uint32_t agentStep(std::uint32_t lane);

    /// Where the steps of a line go: its turn, else its agent.
    std::uint32_t scope(std::uint32_t line);

    std::uint32_t add(SpanKind kind,
                      ClaudePayload payload,
                      std::uint32_t line,
                      std::uint32_t parent,
                      std::string_view origKind);

    /// Adds a step in the scope of its line, named by its origKind.
    std::uint32_t
    addLine(SpanKind kind, ClaudePayload payload, std::uint32_t line, std::string_view origKind);

    /// Adds a step with the status error; the title of the line says why.
    std::uint32_t addFailure(SpanKind kind, std::uint32_t line, std::string_view name);

    void setName(std::uint32_t step, std::string_view name, std::string_view otherwise);

    /// Reports that a line is not shown.
    void leaveOut(std::uint32_t line, std::string message);

    void
    report(std::uint32_t line, ReportSeverity severity, std::string field, std::string message);

    [[nodiscard]] std::string_view text(StringId id) const { return builder.text(id); }

    const ClaudeSession& session;
    const ClaudeIndex& index;
    const std::vector<std::uint32_t>& laneOf;
    TraceBuilder& builder;
    ClaudeTree tree;
    std::vector<std::uint32_t> openTurn; ///< by lane
    std::vector<std::uint32_t> answeredAt; ///< by lane: the last line that tells of an answer
    bool isLeftOut = false; ///< the line at hand became no step
};

/// When all lines are read: what became of calls without an end, and how long turns and agents
/// lasted.
void settleClaudeSteps(ClaudeStepList& list);

} // namespace tracestore
