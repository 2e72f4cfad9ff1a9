#include "gui/debug/debug_actions.h"

#include "gui/theme/theme.h"

#include <QAction>
#include <QMenu>
#include <QToolBar>

namespace gui {

using namespace Qt::StringLiterals;
using Command = DebugCommand;

namespace {

    /// What an action of the debugger looks like.
    struct CommandLook
    {
        Command command;
        const char* text;
        const char* shortText; ///< in the tool bar
        const char* toolTip;
        QKeyCombination key; ///< Key_unknown: none
        const char* icon; ///< empty: none
        ColorRole role = ColorRole::TextDim;
    };

    constexpr QKeyCombination kNoKey {Qt::Key_unknown};

    const std::array<CommandLook, kDebugCommands>& looks()
    {
        static const std::array<CommandLook, kDebugCommands> all {{
            {Command::Run,
             QT_TRANSLATE_NOOP("gui::DebugActions", "&Run"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Run"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Run the agent"),
             Qt::Key_F5,
             "play",
             ColorRole::Ok},
            {Command::Pause,
             QT_TRANSLATE_NOOP("gui::DebugActions", "&Pause"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Pause"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Stop before the next step begins"),
             Qt::Key_F6,
             "pause",
             ColorRole::Text},
            {Command::Stop,
             QT_TRANSLATE_NOOP("gui::DebugActions", "&Stop"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Stop"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "End the run; what was recorded stays"),
             Qt::SHIFT | Qt::Key_F5,
             "stop",
             ColorRole::Error},
            {Command::StepOver,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Step &Over"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Over"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Do this step, stop before the next one"),
             Qt::Key_F10,
             "step-over",
             ColorRole::Text},
            {Command::StepInto,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Step &Into"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Into"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Stop at the first step of the agent, attempt or part below"),
             Qt::Key_F11,
             "step-into",
             ColorRole::Text},
            {Command::StepOut,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Step O&ut"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Out"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Stop at the next step of the calling agent"),
             Qt::SHIFT | Qt::Key_F11,
             "step-out",
             ColorRole::Text},
            {Command::NextTurn,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Next &Turn"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Turn"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Stop at the next turn of this agent"),
             Qt::SHIFT | Qt::Key_F10,
             "next-turn",
             ColorRole::Text},
            {Command::RunToHere,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Run to &Here"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Run to here"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Go on until a step like the selected one is about to begin"),
             Qt::CTRL | Qt::Key_F10,
             "run-to",
             ColorRole::Text},
            {Command::Restart,
             QT_TRANSLATE_NOOP("gui::DebugActions", "R&estart"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Restart"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Run the same again from the start"),
             Qt::CTRL | Qt::SHIFT | Qt::Key_F5,
             "refresh",
             ColorRole::TextDim},
            {Command::ContinueStep,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Allow This Step On&ce"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Allow once"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Go on with this step alone; what else is held stays held"),
             Qt::CTRL | Qt::Key_F5,
             "play",
             ColorRole::Ok},
            {Command::AllowTool,
             QT_TRANSLATE_NOOP("gui::DebugActions", "A&llow This Tool"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Allow this tool"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Go on, and do not stop for this tool again in test mode"),
             kNoKey,
             ""},
            {Command::AllowAlways,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Allo&w Always"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Always"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Leave the test mode and go on"),
             kNoKey,
             ""},
            {Command::EditStep,
             QT_TRANSLATE_NOOP("gui::DebugActions", "E&dit the Request"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Edit"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Change what will be sent, or what came back, before going on"),
             Qt::Key_F2,
             ""},
            {Command::UndoEdit,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Take Last Edit &Back"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Undo edit"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Take the last edit of this step back"),
             kNoKey,
             ""},
            {Command::AnswerStep,
             QT_TRANSLATE_NOOP("gui::DebugActions", "&Answer Instead…"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Answer instead…"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Give the agent an answer of your own; nothing is sent"),
             kNoKey,
             ""},
            {Command::FailStep,
             QT_TRANSLATE_NOOP("gui::DebugActions", "&Fail With…"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Fail with…"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Give the agent an error, to see how it takes it"),
             kNoKey,
             ""},
            {Command::InjectFault,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Inject Faul&t…"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Inject fault…"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Make the next calls like this one fail, slow or empty"),
             kNoKey,
             ""},
            {Command::CancelStep,
             QT_TRANSLATE_NOOP("gui::DebugActions", "&Give This Step Up"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Give up"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Cancel this step, held or running"),
             kNoKey,
             "cancel"},
            {Command::TestMode,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Test &Mode"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Test mode"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Pause before every tool call"),
             Qt::CTRL | Qt::SHIFT | Qt::Key_F6,
             "test-mode"},
            {Command::Attach,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Attac&h…"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Attach…"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Join a run that was started by kymo run --listen in a terminal"),
             kNoKey,
             ""},
            {Command::Detach,
             QT_TRANSLATE_NOOP("gui::DebugActions", "&Detach"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Detach"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Let go of the run and close its tab; it goes on in its terminal, "
                               "and what is held stays held"),
             kNoKey,
             ""},
            {Command::StepBack,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Step &Back"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Step back"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "To the step before of the same agent"),
             Qt::CTRL | Qt::SHIFT | Qt::Key_F10,
             "step-back",
             ColorRole::Text},
            {Command::StepBackInto,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Step Back I&nto"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Back into"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "To what happened just before: the last step of a sub-agent, "
                               "attempt or part"),
             Qt::CTRL | Qt::SHIFT | Qt::Key_F11,
             "step-back-into",
             ColorRole::Text},
            {Command::StepBackOut,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Step Back Ou&t"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Back out"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "To before this agent was called, by the agent that called it"),
             Qt::CTRL | Qt::Key_F11,
             "step-back-out",
             ColorRole::Text},
            {Command::ContinueBack,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Continue Back&wards"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Backwards"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Back to the breakpoint before, or the start"),
             Qt::CTRL | Qt::Key_F5,
             "continue-back",
             ColorRole::Ok},
            {Command::LastChange,
             QT_TRANSLATE_NOOP("gui::DebugActions", "To &Last Change of a Watch"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Last change"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Back to where the watch that is chosen got its value"),
             Qt::CTRL | Qt::Key_F7,
             ""},
            {Command::NextChange,
             QT_TRANSLATE_NOOP("gui::DebugActions", "To Ne&xt Change of a Watch"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Next change"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "On to where the watch that is chosen gets another value"),
             Qt::CTRL | Qt::SHIFT | Qt::Key_F7,
             ""},
            {Command::GoHere,
             QT_TRANSLATE_NOOP("gui::DebugActions", "&Go to Here"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Go to here"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Stand before the selected step"),
             Qt::CTRL | Qt::SHIFT | Qt::Key_G,
             ""},
            {Command::Play,
             QT_TRANSLATE_NOOP("gui::DebugActions", "P&lay"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Play"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Go on as fast as it was, to the next breakpoint"),
             Qt::SHIFT | Qt::Key_F6,
             ""},
            {Command::Replay,
             QT_TRANSLATE_NOOP("gui::DebugActions", "Repla&y…"),
             QT_TRANSLATE_NOOP("gui::DebugActions", "Replay…"),
             QT_TRANSLATE_NOOP("gui::DebugActions",
                               "Do the recorded run again: unchanged as a check, or with a change"),
             kNoKey,
             ""},
        }};
        return all;
    }

} // namespace

DebugActions::DebugActions(Theme& theme, QObject* parent)
    : QObject(parent)
    , m_theme(theme)
{
    for (const CommandLook& look : looks()) {
        auto* action = new QAction(tr(look.text), this);
        action->setIconText(tr(look.shortText));
        QString tip = tr(look.toolTip);
        if (look.key.key() != Qt::Key_unknown) {
            action->setShortcut(look.key);
            tip += u"  ("_s + action->shortcut().toString(QKeySequence::NativeText) + u')';
        }
        action->setToolTip(tip);
        m_actions[static_cast<std::size_t>(look.command)] = action;
        connect(action, &QAction::triggered, this, [this, look] { emit ordered(look.command); });
    }
    action(Command::TestMode)->setCheckable(true);
    followTheme();
    connect(&theme, &Theme::changed, this, &DebugActions::followTheme);
    update({});
}

void DebugActions::followTheme()
{
    for (const CommandLook& look : looks()) {
        if (*look.icon != '\0')
            action(look.command)->setIcon(m_theme.icon(QLatin1StringView(look.icon), look.role));
    }
}

QList<QAction*> DebugActions::all() const
{
    return {m_actions.begin(), m_actions.end()};
}

void DebugActions::update(const DebugSituation& situation)
{
    for (const CommandLook& look : looks())
        action(look.command)->setEnabled(isPossible(look.command, situation));
    action(Command::TestMode)->setChecked(situation.isTestMode);
    nameRun(situation);
    nameTravel(situation);
    const bool isBefore = situation.step == engine::PendingStep::Stage::HeldBefore;
    action(Command::EditStep)
        ->setText(isBefore || !situation.step ? tr("E&dit the Request") : tr("E&dit the Answer"));
}

void DebugActions::nameRun(const DebugSituation& situation)
{
    const RunMeaning meaning = runMeaning(situation);
    QAction& run = *action(Command::Run);
    // Before anything is held, F5 in a trace is what it is behind the first stop.
    const bool isContinue = meaning == RunMeaning::Continue || situation.isTravel;
    const bool isGoing = meaning == RunMeaning::GoThrough;
    run.setText(isContinue                            ? tr("&Continue")
                    : isGoing                         ? tr("&Go Through")
                    : meaning == RunMeaning::RunAgain ? tr("&Run Again")
                                                      : tr("&Run"));
    run.setIconText(isContinue ? tr("Continue") : isGoing ? tr("Go through") : tr("Run"));
    const QString tip = situation.isTravel ? tr("On to the next breakpoint, or the end")
        : isContinue                       ? tr("Go on with everything that is held")
        : isGoing ? tr("Go through this trace as if it ran, to the first breakpoint")
        : meaning == RunMeaning::RunAgain   ? tr("Run the same again")
        : meaning == RunMeaning::ShowAgents ? tr("Choose an agent to run")
                                            : tr("Run the agent");
    run.setToolTip(QString(tip + u"  (F5)"_s));
}

/// Stop leaves a trace, and changes are those of a watch.
void DebugActions::nameTravel(const DebugSituation& situation)
{
    QAction& stop = *action(Command::Stop);
    stop.setText(situation.isTravel ? tr("&Leave") : tr("&Stop"));
    stop.setIconText(situation.isTravel ? tr("Leave") : tr("Stop"));
    const QString tip = situation.isTravel ? tr("Back to the trace as a whole")
                                           : tr("End the run; what was recorded stays");
    stop.setToolTip(QString(tip + u"  (Shift+F5)"_s));
    const QString watch = QString(situation.watch).replace(u'&', u"&&"_s);
    const bool isNamed = !watch.isEmpty();
    action(Command::LastChange)
        ->setText(isNamed ? tr("To &Last Change of %1").arg(watch)
                          : tr("To &Last Change of a Watch"));
    action(Command::NextChange)
        ->setText(isNamed ? tr("To Ne&xt Change of %1").arg(watch)
                          : tr("To Ne&xt Change of a Watch"));
}

void DebugActions::addTo(QMenu& menu) const
{
    const auto add = [&](std::initializer_list<Command> commands) {
        for (const Command command : commands)
            menu.addAction(action(command));
    };
    add({Command::Run, Command::Pause, Command::Stop, Command::Restart});
    menu.addSeparator();
    add({Command::StepOver,
         Command::StepInto,
         Command::StepOut,
         Command::NextTurn,
         Command::RunToHere});
    menu.addSeparator();
    add({Command::StepBack,
         Command::StepBackInto,
         Command::StepBackOut,
         Command::ContinueBack,
         Command::Play});
    QMenu* goTo = menu.addMenu(tr("Go in the &Trace"));
    goTo->addActions(
        {action(Command::GoHere), action(Command::LastChange), action(Command::NextChange)});
    add({Command::Replay});
    menu.addSeparator();
    QMenu* held = menu.addMenu(tr("The &Held Step"));
    for (const Command command : {Command::EditStep,
                                  Command::UndoEdit,
                                  Command::AnswerStep,
                                  Command::FailStep,
                                  Command::InjectFault,
                                  Command::CancelStep})
        held->addAction(action(command));
    add({Command::TestMode, Command::ContinueStep, Command::AllowTool, Command::AllowAlways});
    menu.addSeparator();
    add({Command::Attach, Command::Detach});
}

void DebugActions::addTo(QToolBar& bar) const
{
    bar.addActions({action(Command::Run), action(Command::Pause), action(Command::Stop)});
    bar.addSeparator();
    bar.addActions({action(Command::StepOver),
                    action(Command::StepInto),
                    action(Command::StepOut),
                    action(Command::NextTurn)});
    bar.addSeparator();
    bar.addAction(action(Command::TestMode));
}

} // namespace gui
