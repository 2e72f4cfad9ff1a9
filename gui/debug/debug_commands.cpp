#include "gui/debug/debug_commands.h"

namespace gui {

using engine::DebugState;
using engine::EffectKind;
using engine::RunState;
using StepStage = engine::PendingStep::Stage;

namespace {

    /// Goes on, and was not told to end.
    bool isAlive(const DebugSituation& now)
    {
        return now.hasEngine && now.place == DebugPlace::Run
            && (now.run == RunState::Starting || now.run == RunState::Running
                || now.run == RunState::Waiting);
    }

    bool isPaused(const DebugSituation& now)
    {
        return isAlive(now) && now.debug == DebugState::Paused;
    }

    bool isOver(const DebugSituation& now)
    {
        return now.hasEngine && now.place == DebugPlace::Run
            && (now.run == RunState::Idle || now.run == RunState::Ended);
    }

    bool isAt(const DebugSituation& now, StepStage stage)
    {
        return isPaused(now) && now.step == stage;
    }

    /// A step whose request or outcome is in the user's hands.
    bool isHeld(const DebugSituation& now)
    {
        return isAt(now, StepStage::HeldBefore) || isAt(now, StepStage::HeldAfter);
    }

    bool isTestedTool(const DebugSituation& now)
    {
        return isAt(now, StepStage::HeldBefore) && now.isTestMode && now.kind == EffectKind::Tool;
    }

    bool canPause(const DebugSituation& now)
    {
        return isAlive(now)
            && (now.debug == DebugState::Running || now.debug == DebugState::Stepping);
    }

} // namespace

RunMeaning runMeaning(const DebugSituation& now)
{
    if (!now.hasEngine)
        return RunMeaning::Nothing;
    switch (now.place) {
    case DebugPlace::Elsewhere:
    case DebugPlace::Start:
        return RunMeaning::ShowAgents;
    case DebugPlace::Agents:
        return RunMeaning::RunAgent;
    case DebugPlace::Run:
        break;
    }
    if (isPaused(now))
        return RunMeaning::Continue;
    return isOver(now) && now.canRestart ? RunMeaning::RunAgain : RunMeaning::Nothing;
}

bool isPossible(DebugCommand command, const DebugSituation& now)
{
    switch (command) {
    case DebugCommand::Run:
        return runMeaning(now) != RunMeaning::Nothing;
    case DebugCommand::Pause:
        return canPause(now);
    case DebugCommand::Stop:
        return isAlive(now);
    case DebugCommand::StepOver:
    case DebugCommand::StepInto:
    case DebugCommand::StepOut:
    case DebugCommand::NextTurn:
        return isPaused(now);
    case DebugCommand::RunToHere:
        return isAlive(now) && now.hasTarget;
    case DebugCommand::Restart:
        return now.canRestart && (isAlive(now) || isOver(now));
    case DebugCommand::ContinueStep:
        return isHeld(now) || isAt(now, StepStage::HeldBetween);
    case DebugCommand::AllowTool:
        return isTestedTool(now);
    case DebugCommand::AllowAlways:
        return isPaused(now) && now.isTestMode;
    case DebugCommand::EditStep:
    case DebugCommand::AnswerStep:
    case DebugCommand::FailStep:
        return isHeld(now);
    case DebugCommand::UndoEdit:
        return isHeld(now) && now.hasEdits;
    case DebugCommand::InjectFault:
        return isAlive(now) && now.step && *now.step != StepStage::HeldBetween
            && (now.kind == EffectKind::Tool || now.kind == EffectKind::Model);
    case DebugCommand::CancelStep:
        return isAlive(now) && now.step && *now.step != StepStage::HeldBetween;
    case DebugCommand::TestMode:
    case DebugCommand::Attach:
        return now.hasEngine;
    case DebugCommand::Detach:
        return now.hasEngine && now.place == DebugPlace::Run && now.isAttached
            && now.run != RunState::Ended;
    }
    return false;
}

} // namespace gui
