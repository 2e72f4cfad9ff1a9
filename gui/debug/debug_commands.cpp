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

    /// Of what is recorded nothing is in the user's hands.
    bool isAt(const DebugSituation& now, StepStage stage)
    {
        return isPaused(now) && !now.isTravel && now.step == stage;
    }

    bool isStepUnderWay(const DebugSituation& now)
    {
        return isAlive(now) && !now.isTravel && now.step && *now.step != StepStage::HeldBetween;
    }

    /// Stands in a trace, or could begin to.
    bool canGo(const DebugSituation& now)
    {
        return (now.isTravel && isPaused(now)) || (now.hasEngine && now.canTravel);
    }

    bool canGoBack(const DebugSituation& now)
    {
        return canGo(now) && !(now.isTravel && now.isAtStart);
    }

    bool canGoOn(const DebugSituation& now)
    {
        return (isPaused(now) || canGo(now)) && !(now.isTravel && now.isAtEnd);
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
    case DebugPlace::Trace:
        return now.canTravel ? RunMeaning::GoThrough : RunMeaning::ShowAgents;
    case DebugPlace::Run:
        break;
    }
    if (isPaused(now))
        return canGoOn(now) ? RunMeaning::Continue : RunMeaning::Nothing;
    // The key that went on through what has been must not, a moment later, do it all for real.
    if (isOver(now) && now.canRestart && !(now.canTravel && now.hasTravelled))
        return RunMeaning::RunAgain;
    return now.canTravel ? RunMeaning::GoThrough : RunMeaning::Nothing;
}

bool isPossible(DebugCommand command, const DebugSituation& now)
{
    switch (command) {
    case DebugCommand::Run:
        return runMeaning(now) != RunMeaning::Nothing;
    case DebugCommand::Pause:
        return canPause(now);
    case DebugCommand::Stop:
        return isAlive(now) || now.isTravel;
    case DebugCommand::StepOver:
    case DebugCommand::StepInto:
    case DebugCommand::StepOut:
    case DebugCommand::NextTurn:
        return canGoOn(now);
    case DebugCommand::RunToHere:
        return isAlive(now) && now.hasTarget && !(now.isTravel && !canGoOn(now));
    case DebugCommand::Restart:
        return now.canRestart && !now.isTravel && (isAlive(now) || isOver(now));
    case DebugCommand::ContinueStep:
        return isHeld(now) || isAt(now, StepStage::HeldBetween);
    case DebugCommand::AllowTool:
        return isTestedTool(now);
    case DebugCommand::AllowAlways:
        return isPaused(now) && now.isTestMode && !now.isTravel;
    case DebugCommand::EditStep:
    case DebugCommand::AnswerStep:
    case DebugCommand::FailStep:
        return isHeld(now);
    case DebugCommand::UndoEdit:
        return isHeld(now) && now.hasEdits;
    case DebugCommand::InjectFault:
        return isStepUnderWay(now)
            && (now.kind == EffectKind::Tool || now.kind == EffectKind::Model);
    case DebugCommand::CancelStep:
        return isStepUnderWay(now);
    case DebugCommand::TestMode:
    case DebugCommand::Attach:
        return now.hasEngine;
    case DebugCommand::Detach:
        return now.hasEngine && now.place == DebugPlace::Run && now.isAttached
            && now.run != RunState::Ended;
    case DebugCommand::StepBack:
    case DebugCommand::StepBackInto:
    case DebugCommand::StepBackOut:
    case DebugCommand::ContinueBack:
        return canGoBack(now);
    case DebugCommand::LastChange:
        return canGoBack(now) && !now.watch.isEmpty();
    case DebugCommand::NextChange:
        return canGo(now) && canGoOn(now) && !now.watch.isEmpty();
    case DebugCommand::GoHere:
        return canGo(now) && now.hasSelected;
    case DebugCommand::Play:
        return canGo(now) && canGoOn(now);
    case DebugCommand::Replay:
        return now.hasEngine && now.isRecording;
    }
    return false;
}

bool isOfTravel(DebugCommand command)
{
    return command >= DebugCommand::StepBack && command <= DebugCommand::Play;
}

} // namespace gui
