#include "gui/debug/debug_commands.h"

#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::DebugState;
using engine::RunState;
using Stage = engine::PendingStep::Stage;

namespace {

const std::array<QString, kDebugCommands> kWords {
    u"run"_s,       u"pause"_s,      u"stop"_s,       u"over"_s,   u"into"_s,     u"out"_s,
    u"turn"_s,      u"here"_s,       u"restart"_s,    u"once"_s,   u"tool"_s,     u"always"_s,
    u"edit"_s,      u"undo"_s,       u"answer"_s,     u"fail"_s,   u"fault"_s,    u"cancel"_s,
    u"test"_s,      u"attach"_s,     u"detach"_s,     u"back"_s,   u"backInto"_s, u"backOut"_s,
    u"backwards"_s, u"lastChange"_s, u"nextChange"_s, u"goHere"_s, u"play"_s,     u"replay"_s};

QString possible(const DebugSituation& situation)
{
    QStringList words;
    for (std::size_t i = 0; i < kDebugCommands; ++i) {
        if (isPossible(static_cast<DebugCommand>(i), situation))
            words << kWords[i];
    }
    return words.join(u' ');
}

DebugSituation runAt(RunState run, DebugState debug, std::optional<Stage> step = {})
{
    DebugSituation now;
    now.hasEngine = true;
    now.place = DebugPlace::Run;
    now.run = run;
    now.debug = debug;
    now.canRestart = true;
    now.hasTarget = true;
    now.step = step;
    return now;
}

} // namespace

class TestDebugCommands : public QObject
{
    Q_OBJECT

private slots:
    void whatIsPossibleInEveryState_data();
    void whatIsPossibleInEveryState();
    void stepDecidesWhatCanBeDoneWithIt_data();
    void stepDecidesWhatCanBeDoneWithIt();
    void firstCommandMeansWhatIsInFront();
    void withoutAnEngineNothingIs();
    void modelCallsAreNotAllowedAsTools();
    void attachedRunIsNotStartedAgain();
    void attachedRunIsLetGoWhateverItsState_data();
    void attachedRunIsLetGoWhateverItsState();
    void traceIsGoneThroughInEveryState_data();
    void traceIsGoneThroughInEveryState();
    void noKeyMeansTwoThingsAtOnce();
};

void TestDebugCommands::whatIsPossibleInEveryState_data()
{
    QTest::addColumn<RunState>("run");
    QTest::addColumn<DebugState>("debug");
    QTest::addColumn<QString>("expected");
    const QString goesOn = u"pause stop here restart test attach"_s;
    const QString pausing = u"stop here restart test attach"_s;
    const QString paused = u"run stop over into out turn here restart test attach"_s;
    const QString over = u"run restart test attach"_s;
    const QString ending = u"test attach"_s;
    const auto add = [](const char* name, RunState run, const std::array<QString, 4>& byState) {
        constexpr std::array<const char*, 4> kStates {"running", "stepping", "pausing", "paused"};
        for (std::size_t i = 0; i < kStates.size(); ++i)
            QTest::addRow("%s, %s", name, kStates[i])
                << run << static_cast<DebugState>(i) << byState[i];
    };
    add("starting", RunState::Starting, {goesOn, goesOn, pausing, paused});
    add("running", RunState::Running, {goesOn, goesOn, pausing, paused});
    add("waiting", RunState::Waiting, {goesOn, goesOn, pausing, paused});
    // What the debugger last said of a run that is over counts no more.
    add("idle", RunState::Idle, {over, over, over, over});
    add("stopping", RunState::Stopping, {ending, ending, ending, ending});
    add("ended", RunState::Ended, {over, over, over, over});
}

void TestDebugCommands::whatIsPossibleInEveryState()
{
    QFETCH(RunState, run);
    QFETCH(DebugState, debug);
    QFETCH(QString, expected);
    QCOMPARE(possible(runAt(run, debug)), expected);
}

void TestDebugCommands::stepDecidesWhatCanBeDoneWithIt_data()
{
    QTest::addColumn<Stage>("stage");
    QTest::addColumn<bool>("hasEdits");
    QTest::addColumn<bool>("isTestMode");
    QTest::addColumn<QString>("expected");
    const QString paused = u"run stop over into out turn here restart "_s;
    QTest::newRow("before") << Stage::HeldBefore << false << false
                            << paused + u"once edit answer fail fault cancel test attach";
    QTest::newRow("before, edited")
        << Stage::HeldBefore << true << false
        << paused + u"once edit undo answer fail fault cancel test attach";
    QTest::newRow("before, test mode")
        << Stage::HeldBefore << false << true
        << paused + u"once tool always edit answer fail fault cancel test attach";
    QTest::newRow("after") << Stage::HeldAfter << false << false
                           << paused + u"once edit answer fail fault cancel test attach";
    QTest::newRow("running") << Stage::Running << false << false
                             << paused + u"fault cancel test attach";
    QTest::newRow("running, edited")
        << Stage::Running << true << false << paused + u"fault cancel test attach";
    QTest::newRow("between") << Stage::HeldBetween << false << false
                             << paused + u"once test attach";
}

void TestDebugCommands::stepDecidesWhatCanBeDoneWithIt()
{
    QFETCH(Stage, stage);
    QFETCH(bool, hasEdits);
    QFETCH(bool, isTestMode);
    QFETCH(QString, expected);
    DebugSituation now = runAt(RunState::Running, DebugState::Paused, stage);
    now.hasEdits = hasEdits;
    now.isTestMode = isTestMode;
    QCOMPARE(possible(now), expected);
}

void TestDebugCommands::firstCommandMeansWhatIsInFront()
{
    DebugSituation now;
    now.hasEngine = true;
    QCOMPARE(runMeaning(now), RunMeaning::ShowAgents);
    QCOMPARE(possible(now), u"run test attach"_s);
    now.place = DebugPlace::Start;
    QCOMPARE(runMeaning(now), RunMeaning::ShowAgents);
    now.place = DebugPlace::Agents;
    QCOMPARE(runMeaning(now), RunMeaning::RunAgent);
    QCOMPARE(runMeaning(runAt(RunState::Running, DebugState::Paused)), RunMeaning::Continue);
    QCOMPARE(runMeaning(runAt(RunState::Running, DebugState::Running)), RunMeaning::Nothing);
    QCOMPARE(runMeaning(runAt(RunState::Ended, DebugState::Running)), RunMeaning::RunAgain);
}

void TestDebugCommands::withoutAnEngineNothingIs()
{
    DebugSituation now = runAt(RunState::Running, DebugState::Paused, Stage::HeldBefore);
    now.hasEngine = false;
    now.canRestart = false;
    QCOMPARE(possible(now), QString());
    QCOMPARE(possible({}), QString());
}

void TestDebugCommands::modelCallsAreNotAllowedAsTools()
{
    DebugSituation now = runAt(RunState::Running, DebugState::Paused, Stage::HeldBefore);
    now.isTestMode = true;
    now.kind = engine::EffectKind::Model;
    QVERIFY(!isPossible(DebugCommand::AllowTool, now));
    QVERIFY(isPossible(DebugCommand::AllowAlways, now));
    now.kind = engine::EffectKind::User;
    QVERIFY(!isPossible(DebugCommand::InjectFault, now));
}

void TestDebugCommands::attachedRunIsNotStartedAgain()
{
    DebugSituation now = runAt(RunState::Ended, DebugState::Running);
    now.canRestart = false;
    QCOMPARE(possible(now), u"test attach"_s);
}

void TestDebugCommands::attachedRunIsLetGoWhateverItsState_data()
{
    QTest::addColumn<RunState>("run");
    QTest::addColumn<bool>("expected");
    QTest::newRow("starting") << RunState::Starting << true;
    QTest::newRow("running") << RunState::Running << true;
    QTest::newRow("waiting") << RunState::Waiting << true;
    QTest::newRow("idle") << RunState::Idle << true;
    QTest::newRow("stopping") << RunState::Stopping << true;
    QTest::newRow("ended") << RunState::Ended << false;
}

void TestDebugCommands::attachedRunIsLetGoWhateverItsState()
{
    QFETCH(RunState, run);
    QFETCH(bool, expected);
    for (const DebugState debug : {DebugState::Running, DebugState::Paused}) {
        DebugSituation now = runAt(run, debug);
        QVERIFY(!isPossible(DebugCommand::Detach, now));
        now.isAttached = true;
        QCOMPARE(isPossible(DebugCommand::Detach, now), expected);
        now.hasEngine = false;
        QVERIFY(!isPossible(DebugCommand::Detach, now));
        now.hasEngine = true;
        now.place = DebugPlace::Agents;
        QVERIFY(!isPossible(DebugCommand::Detach, now));
    }
}

void TestDebugCommands::traceIsGoneThroughInEveryState_data()
{
    QTest::addColumn<DebugSituation>("now");
    QTest::addColumn<RunMeaning>("meaning");
    QTest::addColumn<QString>("expected");
    DebugSituation trace;
    trace.hasEngine = true;
    trace.place = DebugPlace::Trace;
    trace.canTravel = true;
    trace.hasSelected = true;
    trace.watch = u"args.amount"_s;
    const QString all = u"over into out turn test attach back backInto backOut backwards "
                        "lastChange nextChange goHere play"_s;
    QTest::newRow("trace") << trace << RunMeaning::GoThrough << u"run "_s + all;
    DebugSituation plain = trace;
    plain.hasSelected = false;
    plain.watch.clear();
    QTest::newRow("trace without a selection or a watch")
        << plain << RunMeaning::GoThrough
        << u"run over into out turn test attach back backInto backOut backwards play"_s;
    DebugSituation empty;
    empty.hasEngine = true;
    empty.place = DebugPlace::Trace;
    QTest::newRow("trace without steps") << empty << RunMeaning::ShowAgents << u"run test attach"_s;
    DebugSituation over = runAt(RunState::Ended, DebugState::Running);
    over.canTravel = true;
    QTest::newRow("run that is over")
        << over << RunMeaning::RunAgain
        << u"run over into out turn restart test attach back backInto backOut backwards play"_s;
    over.hasTravelled = true;
    QTest::newRow("run that is over, and that one has gone through")
        << over << RunMeaning::GoThrough
        << u"run over into out turn restart test attach back backInto backOut backwards play"_s;
    over.canRestart = false;
    QTest::newRow("run of another program that is over")
        << over << RunMeaning::GoThrough
        << u"run over into out turn test attach back backInto backOut backwards play"_s;
    DebugSituation live = runAt(RunState::Running, DebugState::Paused);
    live.watch = u"args.amount"_s;
    live.hasSelected = true;
    QTest::newRow("run that is paused")
        << live << RunMeaning::Continue
        << u"run stop over into out turn here restart test attach"_s;

    DebugSituation travel = runAt(RunState::Running, DebugState::Paused, Stage::HeldBefore);
    travel.canRestart = false;
    travel.isTravel = true;
    travel.isTestMode = true;
    travel.hasEdits = true;
    travel.hasSelected = true;
    travel.watch = u"args.amount"_s;
    QTest::newRow("in the middle")
        << travel << RunMeaning::Continue
        << u"run stop over into out turn here test attach back backInto backOut backwards "
           "lastChange nextChange goHere play"_s;
    DebugSituation start = travel;
    start.isAtStart = true;
    QTest::newRow("at the start") << start << RunMeaning::Continue
                                  << u"run stop over into out turn here test attach nextChange "
                                     "goHere play"_s;
    DebugSituation end = travel;
    end.isAtEnd = true;
    QTest::newRow("at the end") << end << RunMeaning::Nothing
                                << u"stop test attach back backInto backOut backwards lastChange "
                                   "goHere"_s;
    DebugSituation playing = travel;
    playing.debug = DebugState::Running;
    QTest::newRow("playing") << playing << RunMeaning::Nothing << u"pause stop test attach"_s;
    DebugSituation searching = travel;
    searching.debug = DebugState::Stepping;
    QTest::newRow("searching") << searching << RunMeaning::Nothing << u"pause stop test attach"_s;
    DebugSituation failed = travel;
    failed.run = RunState::Ended;
    QTest::newRow("could not begin") << failed << RunMeaning::Nothing << u"stop test attach"_s;
}

void TestDebugCommands::traceIsGoneThroughInEveryState()
{
    QFETCH(DebugSituation, now);
    QFETCH(RunMeaning, meaning);
    QFETCH(QString, expected);
    QCOMPARE(runMeaning(now), meaning);
    QCOMPARE(possible(now), expected);
    now.hasEngine = false;
    QVERIFY(!isPossible(DebugCommand::StepBack, now));
    QVERIFY(!isPossible(DebugCommand::Play, now));
}

/// Ctrl+F5 lets a held step go on, and goes backwards in a trace.
void TestDebugCommands::noKeyMeansTwoThingsAtOnce()
{
    for (const bool isTravel : {false, true}) {
        for (const bool canTravel : {false, true}) {
            for (const RunState run : {RunState::Running, RunState::Ended}) {
                DebugSituation now = runAt(run, DebugState::Paused, Stage::HeldBefore);
                now.isTravel = isTravel;
                now.canTravel = canTravel && run == RunState::Ended;
                QVERIFY(!isPossible(DebugCommand::ContinueStep, now)
                        || !isPossible(DebugCommand::ContinueBack, now));
            }
        }
    }
}

QTEST_APPLESS_MAIN(TestDebugCommands)
#include "tst_debug_commands.moc"
