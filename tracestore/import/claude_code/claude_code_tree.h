#pragma once

#include "tracestore/import/claude_code/claude_code_sessions.h"

namespace tracestore {

/// How the payloads of a step are read from its lines.
enum class ClaudePayload : std::uint8_t
{
    Attributes, ///< what its lines say, and no messages
    Input, ///< its first line is a message that goes in
    Output, ///< its lines are messages that came out
    Call, ///< an LLM call: the conversation so far goes in, its lines came out
    Tool, ///< a block of its first line, and a result
};

/// A span on its way: its lines are found one by one, and all are known at the end only.
struct ClaudeStep
{
    static constexpr std::uint32_t kNone = ClaudeLine::kNone;

    SpanKind kind = SpanKind::Event;
    ClaudePayload payload = ClaudePayload::Attributes;
    StringId name;
    StringId origKind;
    StringId origId;
    std::uint32_t parent = kNone; ///< a step of the session
    bool isParentStated = false; ///< the source names it; otherwise concluded from the order
    std::uint32_t lane = 0;
    std::uint32_t branch = kNone; ///< of the session's branches
    std::optional<Timestamp> start;
    std::optional<Timestamp> end;
    TimeSource timeSource = TimeSource::Unknown;
    SpanStatus status = SpanStatus::Unknown;
    std::optional<SpanError> error;
    StringId model;
    StringId messageId;
    StringId callId;
    std::optional<TokenUsage> usage;
    std::optional<Cost> cost;
    bool countsInTotals = true;
    std::vector<std::uint32_t> lines; ///< of the index, in file order
    std::uint32_t block = kNone; ///< of a tool: its call, or the result where there is no call
    std::uint32_t result = kNone; ///< of a tool: its result
    std::uint32_t askedBy = kNone; ///< of a tool: the LLM call
};

/// A line of the conversation that was left by going back to an earlier message.
struct ClaudeBranch
{
    std::string name;
    std::uint32_t forkedAt = ClaudeStep::kNone; ///< the last step that both lines share
};

/// The steps of one session, parents as a rule before children.
struct ClaudeTree
{
    std::vector<ClaudeStep> steps;
    std::vector<std::uint32_t> agentStep; ///< by lane; kNone where an agent did nothing
    std::vector<std::string> agentName; ///< by lane
    std::vector<std::uint32_t> startedBy; ///< by lane: the tool step that started the agent
    std::vector<ClaudeBranch> branches;
    std::string firstPrompt;
};

/// Makes the steps of a session. Tools stand behind the LLM call that asked for them, as its
/// siblings in the turn: read from top to bottom a turn is then the order of events, parallel tools
/// are siblings, and a bar of the timeline lies within its parent's. (As children of the call they
/// would begin when it ends.)
ClaudeTree buildClaudeTree(const ClaudeSession& session,
                           const ClaudeIndex& index,
                           const std::vector<std::uint32_t>& laneOf,
                           TraceBuilder& builder);

/// Hangs the sub-agents of a tree below the tool calls that started them.
void linkClaudeAgents(ClaudeTree& tree,
                      const ClaudeSession& session,
                      const ClaudeIndex& index,
                      const std::vector<std::uint32_t>& laneOf,
                      TraceBuilder& builder);

/// Finds the lines of the main conversation that were left, and marks their steps. The active line
/// is the path from the last message up; after a compaction the path goes on at the message that
/// stood before it.
void markClaudeBranches(ClaudeTree& tree, const ClaudeSession& session, const ClaudeIndex& index);

} // namespace tracestore
