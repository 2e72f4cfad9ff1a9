#pragma once

#include "engine/config/agent_config.h"
#include "engine/effect/effect.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace engine {

/// A call of a tool that is under way. Destroying it abandons the call and what it started.
class RunningTool
{
public:
    RunningTool() = default;
    RunningTool(const RunningTool&) = delete;
    RunningTool& operator=(const RunningTool&) = delete;
    virtual ~RunningTool() = default;

    /// Stops it and everything it started: done comes with Cancelled, within a second or the
    /// tool's `stopGrace`.
    virtual void cancel() = 0;
};

struct ToolHandlers
{
    std::function<void(const std::string& text)> progress; ///< for people; may be empty
    std::function<void(Outcome)> done; ///< once, from the event loop, never from within start()
};

/// The type of an Error that left behind what should have been taken back: it must not be tried
/// again as if nothing had been done.
inline constexpr const char* kNotUndone = "not_undone";

/// What a tool says of itself.
struct ToolInfo
{
    ToolDefinition definition;
    EffectClass effectClass = EffectClass::Outside;
    std::string server; ///< the MCP server it belongs to, or empty
    std::string lock; ///< calls with the same lock run one after another; empty: any number at once
    tracestore::Duration timeout {30'000'000'000};
    bool needsApproval = false; ///< the user is asked before each new combination of arguments
    UndoConfig undo; ///< how what it did is taken back; no tool: it cannot be
    /// How long it may take to stop before its call ends without it: more where it first has to
    /// take back what it did.
    tracestore::Duration stopGrace {1'500'000'000};
};

/// A tool. Lives on the engine's thread and never blocks it. Arguments have been checked against
/// the schema before start(). A failure that the model can act on is Error with a sentence that
/// says what was wrong; it goes back to the model.
class Tool
{
public:
    Tool() = default;
    Tool(const Tool&) = delete;
    Tool& operator=(const Tool&) = delete;
    virtual ~Tool() = default;

    [[nodiscard]] virtual const ToolInfo& info() const = 0;

    [[nodiscard]] virtual std::unique_ptr<RunningTool> start(const ToolCall& call,
                                                             ToolHandlers handlers)
        = 0;

    /// A call was made in a run that is done again, and is not made again: a tool that keeps
    /// something of its calls in memory does so now. Only of calls that succeeded.
    virtual void recall(const ToolCall& call) { static_cast<void>(call); }
};

} // namespace engine
