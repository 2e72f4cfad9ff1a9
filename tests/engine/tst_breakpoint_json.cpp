#include "engine/breakpoint/breakpoint_json.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace engine;
using tracestore::OutcomeStatus;

class TestBreakpointJson : public QObject
{
    Q_OBJECT

private slots:
    void everythingComesBack();
    void whatIsNotSaidIsTheDefault();
    void mistakesAreNamed_data();
    void mistakesAreNamed();
    void conditionsThatCannotBeReadAreKept();
};

namespace {

DebugSetup everySetting()
{
    DebugSetup setup;
    BreakpointId id = 0;
    for (const StopKindInfo& info : stopKinds()) {
        Breakpoint& breakpoint = setup.breakpoints.emplace_back();
        breakpoint.id = ++id;
        breakpoint.kind = info.kind;
    }
    Breakpoint& full = setup.breakpoints.front();
    full.scope = {"a", "t*", "m", "s"};
    full.changed = "args.x";
    full.condition = "args.path ~ \"^/etc\"";
    full.hits = {HitRule::Kind::Every, 3};
    full.isEnabled = false;
    full.isOneShot = true;
    full.group = "money";
    full.note = "Because.";
    full.actions = {PauseAction {.holdsStepOnly = true},
                    PauseAction {},
                    LogAction {"{tool} said {result.status}"},
                    EditAction {"args.amount", "5"},
                    AnswerAction {OutcomeStatus::Ok, "done", {}},
                    AnswerAction {OutcomeStatus::Error, "Too slow.", "timeout"},
                    SnapshotAction {"before"},
                    ForkAction {"try"},
                    NotifyAction {NotifyAction::Kind::Flash},
                    NotifyAction {NotifyAction::Kind::Sound}};
    int kind = 0;
    for (Breakpoint& breakpoint : setup.breakpoints) {
        if (kind <= static_cast<int>(HitRule::Kind::Every) && breakpoint.id > 1)
            breakpoint.hits = {static_cast<HitRule::Kind>(kind++), 7};
    }
    setup.watches = {{1, "args.amount", {}}, {4, "cost.session > 1", "helper"}};
    for (int i = 0; i <= static_cast<int>(FaultKind::RateLimit); ++i) {
        FaultRule& rule = setup.faults.emplace_back();
        rule.id = static_cast<FaultId>(i + 1);
        rule.kind = static_cast<FaultKind>(i);
    }
    FaultRule& fault = setup.faults.front();
    fault.isEnabled = false;
    fault.scope.tool = "search";
    fault.condition = "turn > 2";
    fault.count = 3;
    fault.probability = 0.25;
    fault.seed = 0xFFFF'FFFF'FFFF'FFFFU;
    fault.delay = {1'500'001};
    fault.errorType = "timeout";
    fault.message = "It hangs.";
    return setup;
}

} // namespace

void TestBreakpointJson::everythingComesBack()
{
    const DebugSetup setup = everySetting();
    const std::string text = toJsonText(setup);
    const auto read = readDebugSetup(text);
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QVERIFY(*read == setup);
    QCOMPARE(toJsonText(*read), text);
    const auto empty = readDebugSetup(toJsonText(DebugSetup {}));
    QVERIFY(empty && *empty == DebugSetup {});
}

void TestBreakpointJson::whatIsNotSaidIsTheDefault()
{
    const auto read = readDebugSetup(
        R"({"kymo_debug":1,"breakpoints":[{"id":3,"kind":"after_tool"}],"faults":[{"kind":"slow"}]})");
    QVERIFY(read.has_value());
    Breakpoint breakpoint;
    breakpoint.id = 3;
    breakpoint.kind = StopKind::AfterTool;
    QCOMPARE(read->breakpoints.size(), 1U);
    QVERIFY(read->breakpoints.front() == breakpoint);
    FaultRule rule;
    rule.kind = FaultKind::Slow;
    QVERIFY(read->faults.front() == rule);
    QVERIFY(read->watches.empty());
}

void TestBreakpointJson::mistakesAreNamed_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, const std::string& json, const char* said) {
        QTest::newRow(name) << QString::fromStdString(json) << said;
    };
    const auto breakpoint = [](const std::string& members) {
        return R"({"kymo_debug":1,"breakpoints":[{"kind":"step"},{"id":2,)" + members + "}]}";
    };
    row("no JSON", "{", "cannot be read");
    row("another file", R"({"breakpoints":[]})", "`kymo_debug` is missing");
    row("newer", R"({"kymo_debug":2})", "newer Kymo");
    row("no list", R"({"kymo_debug":1,"watches":{}})", "list");
    row("unknown list", R"({"kymo_debug":1,"breakpoint":[]})", "no `breakpoint` in it");
    row("kind", breakpoint(R"("kind":"befor_tool")"), "Breakpoint 2 makes no sense: `kind`");
    row("misspelt", breakpoint(R"("kind":"step","if":"turn > 2")"), "no `if` in it");
    row("type", breakpoint(R"("kind":"step","condition":7)"), "`condition` has to be a text");
    row("flag", breakpoint(R"("kind":"step","enabled":1)"), "true or false");
    row("id", R"({"kymo_debug":1,"breakpoints":[{"id":-1,"kind":"step"}]})", "`id`");
    row("big id", R"({"kymo_debug":1,"breakpoints":[{"id":4294967296,"kind":"step"}]})", "`id`");
    row("rule", breakpoint(R"("kind":"step","hits":{"rule":"some"})"), "`hits`");
    row("number", breakpoint(R"("kind":"step","hits":{"rule":"equal","number":0})"), "`hits`");
    row("action", breakpoint(R"("kind":"step","actions":[{"do":"shout"}])"), "action 1");
    row("actions", breakpoint(R"("kind":"step","actions":7)"), "`actions`");
    row("answer",
        breakpoint(R"("kind":"step","actions":[{"do":"answer","status":"cancelled"}])"),
        "`status`");
    row("member of action",
        breakpoint(R"("kind":"step","actions":[{"do":"log","txt":"x"}])"),
        "no `txt` in it");
    row("no object", R"({"kymo_debug":1,"breakpoints":[7]})", "no JSON object");
    row("watch", R"({"kymo_debug":1,"watches":[{"id":1}]})", "Watch 1");
    row("fault", R"({"kymo_debug":1,"faults":[{"kind":"slow","probability":2}]})", "`probability`");
    row("delay", R"({"kymo_debug":1,"faults":[{"kind":"slow","delay_ms":-1}]})", "`delay_ms`");
    row("twice",
        R"({"kymo_debug":1,"breakpoints":[{"id":1,"kind":"step"},{"id":1,"kind":"step"}]})",
        "two entries");
}

void TestBreakpointJson::mistakesAreNamed()
{
    QFETCH(QString, json);
    QFETCH(QString, said);
    const auto read = readDebugSetup(json.toStdString());
    QVERIFY(!read.has_value());
    QCOMPARE(read.error().code, tracestore::ErrorCode::Invalid);
    QVERIFY2(QString::fromStdString(read.error().message).contains(said),
             read.error().message.c_str());
}

void TestBreakpointJson::conditionsThatCannotBeReadAreKept()
{
    const auto read = readDebugSetup(
        R"({"kymo_debug":1,"breakpoints":[{"kind":"step","condition":"args.x >"}]})");
    QVERIFY(read.has_value());
    QCOMPARE(read->breakpoints.front().condition, std::string("args.x >"));
}

QTEST_GUILESS_MAIN(TestBreakpointJson)
#include "tst_breakpoint_json.moc"
