#pragma once

#include "engine/runtime/engine_service.h"

#include <QString>

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
    Detach, ///< leaves the run of another program as it is
    // Of a trace that one goes through.
    StepBack,
    StepBackInto,
    StepBackOut,
    ContinueBack,
    LastChange, ///< of the watch that is chosen
    NextChange,
    GoHere, ///< to the selected step
    Play,
    Replay ///< does the recorded run in front again
};

inline constexpr std::size_t kDebugCommands = static_cast<std::size_t>(DebugCommand::Replay) + 1;

/// What is in front of the user.
enum class DebugPlace : std::uint8_t
{
    Elsewhere,
    Start, ///< the start page
    Agents, ///< the page of agents
    Run, ///< or a trace that one goes through
    Trace ///< of a file
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

    // Of the trace in front.
    bool canTravel = false; ///< it is over, and nobody goes through it yet
    bool isTravel = false; ///< one goes through it
    bool hasTravelled = false; ///< one has gone through it, and may want to again
    bool isAtStart = false; ///< of it
    bool isAtEnd = false;
    bool hasSelected = false; ///< a step
    bool isRecording = false; ///< of a run of ours, in a file
    QString watch; ///< of which the last change can be asked for; empty: none

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
    RunAgain,
    GoThrough ///< the trace in front
};

RunMeaning runMeaning(const DebugSituation& situation);

/// Whether a command makes sense now.
bool isPossible(DebugCommand command, const DebugSituation& situation);

/// Whether a command goes back, or needs a trace that is over for another reason: of no use in a
/// run that goes on.
bool isOfTravel(DebugCommand command);

} // namespace gui
