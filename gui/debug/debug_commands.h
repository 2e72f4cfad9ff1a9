#pragma once

#include "engine/runtime/engine_service.h"

#include <array>
#include <cstdint>
#include <optional>

namespace gui {

/// What the user of the debugger can order.
enum class DebugCommand : std::uint8_t
{
    Run, ///< or continue
    Pause,
    Stop,
    StepOver,
    StepInto,
    StepOut,
    NextTurn,
    RunToHere,
    Restart,
    ContinueStep, ///< with one held step alone: in test mode `allow once`
    AllowTool, ///< in test mode: do not ask again for this tool
    AllowAlways, ///< leaves the test mode and goes on
    EditStep,
    UndoEdit,
    AnswerStep,
    FailStep,
    InjectFault,
    CancelStep,
    TestMode,
    Attach,
    Detach ///< leaves the run of another program as it is
};

inline constexpr std::size_t kDebugCommands = static_cast<std::size_t>(DebugCommand::Detach) + 1;

/// What is in front of the user.
enum class DebugPlace : std::uint8_t
{
    Elsewhere,
    Start, ///< the start page
    Agents, ///< the page of agents
    Run
};

/// All that decides what can be ordered.
struct DebugSituation
{
    bool hasEngine = false;
    DebugPlace place = DebugPlace::Elsewhere;

    // Of the run in front.
    engine::RunState run = engine::RunState::Ended;
    engine::DebugState debug = engine::DebugState::Running;
    bool canRestart = false; ///< how it was started is known
    bool isAttached = false; ///< it lives in another program
    bool isTestMode = false;
    bool hasTarget = false; ///< a step is selected to which it can be told to run

    // Of the pending step that one looks at, if any.
    std::optional<engine::PendingStep::Stage> step;
    engine::EffectKind kind = engine::EffectKind::Tool;
    bool hasEdits = false;
};

/// What the first command does.
enum class RunMeaning : std::uint8_t
{
    Nothing,
    ShowAgents, ///< one chooses there what to run
    RunAgent,
    Continue,
    RunAgain
};

RunMeaning runMeaning(const DebugSituation& situation);

/// Whether a command makes sense now.
bool isPossible(DebugCommand command, const DebugSituation& situation);

} // namespace gui
