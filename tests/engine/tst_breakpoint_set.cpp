#include "engine/breakpoint/breakpoint_problem.h"
#include "engine/breakpoint/breakpoint_set.h"
#include "engine/breakpoint/run_history.h"
#include "engine/breakpoint/step_scope.h"
#include "tests/support/stop_points.h"

#include <QTest>

using namespace engine;
using tests::hitText;
using tests::modelPoint;
using tests::toolPoint;

namespace {

Breakpoint before(const std::string& condition, BreakpointId id = 1)
{
    Breakpoint breakpoint;
    breakpoint.id = id;
    breakpoint.kind = StopKind::BeforeTool;
    breakpoint.condition = condition;
    return breakpoint;
}

} // namespace

class TestBreakpointSet : public QObject
{
    Q_OBJECT

private slots:
    void everyKindHitsAtItsMoments_data();
    void everyKindHitsAtItsMoments();
    void scopes_data();
    void scopes();
    void conditions_data();
    void conditions();
    void hitRules_data();
    void hitRules();
    void oneShotsHitOnce();
    void changesOfAFieldHit();
    void changesOfAStateHit();
    void whoIsUnchangedKeepsItsCount();
    void countsBeginAnew();
    void problemsOfConditionsPause();
    void valuesThatCannotBeComparedPause();
    void problemsAreTold_data();
    void problemsAreTold();
    void problemsOfFaultsAreTold_data();
    void problemsOfFaultsAreTold();
    void problemsOfActionsAreTold_data();
    void problemsOfActionsAreTold();
    void statesAreNeededWhereAskedFor();
    void theIndexLeavesOutNothing();
};

void TestBreakpointSet::everyKindHitsAtItsMoments_data()
{
    QTest::addColumn<int>("kind");
    for (const StopKindInfo& info : stopKinds())
        QTest::newRow(std::string(info.word).c_str()) << static_cast<int>(info.kind);
}

void TestBreakpointSet::everyKindHitsAtItsMoments()
{
    QFETCH(int, kind);
    BreakpointSet set;
    Breakpoint breakpoint;
    breakpoint.id = 7;
    breakpoint.kind = static_cast<StopKind>(kind);
    set.set({breakpoint});
    for (const StopKindInfo& info : stopKinds()) {
        const bool isOurs = info.kind == breakpoint.kind;
        QCOMPARE(set.waitsFor(info.kind), isOurs);
        tests::PointMaker point = toolPoint("search", R"({"q":"x"})");
        point.point.kinds = {info.kind};
        QCOMPARE(set.match(point.point).size(), isOurs ? 1U : 0U);
    }
    // A moment may be of several kinds.
    tests::PointMaker both = toolPoint("search", "{}");
    both.point.kinds = {StopKind::AfterTool, StopKind::Error, breakpoint.kind};
    QCOMPARE(set.match(both.point).size(), 1U);
}

void TestBreakpointSet::scopes_data()
{
    QTest::addColumn<QString>("agent");
    QTest::addColumn<QString>("tool");
    QTest::addColumn<QString>("session");
    QTest::addColumn<bool>("hits");
    // The step: `search` of the agent `helper` at `main/helper` in the run `nightly`.
    QTest::newRow("everything") << ""
                                << ""
                                << "" << true;
    QTest::newRow("its tool") << ""
                              << "search"
                              << "" << true;
    QTest::newRow("in any case") << ""
                                 << "Search"
                                 << "" << true;
    QTest::newRow("another tool") << ""
                                  << "research"
                                  << "" << false;
    QTest::newRow("star behind") << ""
                                 << "sea*"
                                 << "" << true;
    QTest::newRow("star in front") << ""
                                   << "*ch"
                                   << "" << true;
    QTest::newRow("stars around") << ""
                                  << "*ear*"
                                  << "" << true;
    QTest::newRow("star within") << ""
                                 << "s*h"
                                 << "" << true;
    QTest::newRow("star that misses") << ""
                                      << "s*x"
                                      << "" << false;
    QTest::newRow("only a star") << ""
                                 << "*"
                                 << "" << true;
    QTest::newRow("its agent") << "helper"
                               << ""
                               << "" << true;
    QTest::newRow("by its place") << "main/helper"
                                  << ""
                                  << "" << true;
    QTest::newRow("last part of its place") << "h*r"
                                            << ""
                                            << "" << true;
    QTest::newRow("its caller") << "main"
                                << ""
                                << "" << false;
    QTest::newRow("its run") << ""
                             << ""
                             << "nightly" << true;
    QTest::newRow("another run") << ""
                                 << ""
                                 << "night" << false;
    QTest::newRow("all of them") << "helper"
                                 << "search"
                                 << "nightly" << true;
    QTest::newRow("one does not fit") << "helper"
                                      << "search"
                                      << "daily" << false;
}

void TestBreakpointSet::scopes()
{
    QFETCH(QString, agent);
    QFETCH(QString, tool);
    QFETCH(QString, session);
    QFETCH(bool, hits);
    Breakpoint breakpoint = before("");
    breakpoint.scope.agent = agent.toStdString();
    breakpoint.scope.tool = tool.toStdString();
    breakpoint.scope.session = session.toStdString();
    BreakpointSet set;
    set.set({breakpoint});
    tests::PointMaker point = toolPoint("search", "{}");
    point.effect.id.agent = "main/helper";
    point.point.id = point.effect.id;
    point.point.agentName = "helper";
    point.point.session = "nightly";
    QCOMPARE(set.match(point.point).size(), hits ? 1U : 0U);
}

void TestBreakpointSet::conditions_data()
{
    QTest::addColumn<QString>("condition");
    QTest::addColumn<QString>("hit"); // its values, or nothing
    // refund {"amount": 890, "path": "/etc/passwd", "items": [{"id": 1}, {"id": 2}], "text": "12"}
    QTest::newRow("greater") << "args.amount > 500"
                             << "1 args.amount=890";
    QTest::newRow("equal is not greater") << "args.amount > 890"
                                          << "";
    QTest::newRow("greater or equal") << "args.amount >= 890"
                                      << "1 args.amount=890";
    QTest::newRow("less") << "args.amount < 891"
                          << "1 args.amount=890";
    QTest::newRow("equal is not less") << "args.amount < 890"
                                       << "";
    QTest::newRow("less or equal") << "args.amount <= 890"
                                   << "1 args.amount=890";
    QTest::newRow("text that is a number") << "args.text > 10"
                                           << "1 args.text=\"12\"";
    QTest::newRow("equal") << "args.amount = 890"
                           << "1 args.amount=890";
    QTest::newRow("regex") << "args.path ~ \"^/etc\""
                           << "1 args.path=\"/etc/passwd\"";
    QTest::newRow("several values") << "args.items[*].id = 2"
                                    << "1 args.items[*].id=[1,2]";
    QTest::newRow("some beyond") << "args.items[*].id > 1"
                                 << "1 args.items[*].id=[1,2]";
    QTest::newRow("unknown field of the arguments") << "args.price > 1"
                                                    << "";
    QTest::newRow("not unknown") << "not args.price > 1"
                                 << "";
    QTest::newRow("exists") << "exists args.amount"
                            << "1 args.amount=890";
    QTest::newRow("exists not") << "not exists args.price"
                                << "1";
    QTest::newRow("tool") << "tool = REFUND"
                          << "1 tool=\"refund\"";
    QTest::newRow("tools") << "tool in (lookup, refund)"
                           << "1 tool=\"refund\"";
    QTest::newRow("other tool") << "tool = lookup"
                                << "";
    QTest::newRow("or") << "tool = lookup or args.amount > 1"
                        << "1 tool=\"refund\" args.amount=890";
    QTest::newRow("and") << "tool = refund and args.amount > 500"
                         << "1 tool=\"refund\" args.amount=890";
    QTest::newRow("and not") << "tool = refund and not args.amount > 500"
                             << "";
    QTest::newRow("agent") << "agent = main"
                           << "1 agent=\"main\"";
    QTest::newRow("kind") << "kind = tool"
                          << "1 kind=\"tool\"";
    QTest::newRow("text of all") << "text contains passwd"
                                 << "1";
    QTest::newRow("turn") << "turn = 2"
                          << "1 turn=2";
    QTest::newRow("attempt") << "attempt = 1"
                             << "1 attempt=1";
    QTest::newRow("repeat") << "repeat(args) >= 2"
                            << "1 repeat(args)=2";
    QTest::newRow("repeat of tool") << "repeat( TOOL ) = 2"
                                    << "1 repeat(tool)=2";
    QTest::newRow("calls") << "calls.session = 2"
                           << "1 calls.session=2";
    QTest::newRow("cost") << "cost.session > $0.2"
                          << "1 cost.session=0.25";
    QTest::newRow("cost below") << "cost.session > 0.3"
                                << "";
    QTest::newRow("tokens") << "tokens.session >= 10"
                            << "1 tokens.session=10";
    QTest::newRow("errors") << "errors.session = 1"
                            << "1 errors.session=1";
    QTest::newRow("state") << "state.plan[0].status = done"
                           << "1 state.plan[0].status=\"done\"";
    QTest::newRow("size") << "size.args > 10"
                          << "1 size.args=85";
}

void TestBreakpointSet::conditions()
{
    QFETCH(QString, condition);
    QFETCH(QString, hit);
    tests::PointMaker point = toolPoint(
        "refund",
        R"({"amount": 890, "path": "/etc/passwd", "items": [{"id": 1}, {"id": 2}], "text": "12"})");
    point.effect.id.turn = 2;
    point.point.id = point.effect.id;
    point.point.agentName = "main";
    const nlohmann::json state {{"plan", {{{"status", "done"}}}}};
    point.point.state = &state;
    RunHistory history;
    tests::PointMaker earlier = toolPoint(
        "refund", R"({"path":"/etc/passwd","amount":890,"items":[{"id":1},{"id":2}],"text":"12"})");
    history.begin(earlier.effect);
    Outcome failed = failedOutcome(OutcomeStatus::Error, "http_503", "Down.");
    failed.cost = tracestore::Cost {0.25, "USD", {}};
    failed.spent.emplace().output = 10;
    static_cast<void>(history.end(earlier.effect, failed));
    history.begin(point.effect);
    point.point.history = &history;
    BreakpointSet set;
    set.set({before(condition.toStdString())});
    QCOMPARE(hitText(set.match(point.point)), hit.toStdString());
}

void TestBreakpointSet::hitRules_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("hits");
    const auto row = [](const char* name, HitRule::Kind kind, int number, const char* hits) {
        QTest::newRow(name) << static_cast<int>(kind) << number << hits;
    };
    row("always", HitRule::Kind::Always, 1, "1 2 3 4 5 6");
    row("the third", HitRule::Kind::Equal, 3, "3");
    row("from the third", HitRule::Kind::AtLeast, 3, "3 4 5 6");
    row("every second", HitRule::Kind::Every, 2, "2 4 6");
}

void TestBreakpointSet::hitRules()
{
    QFETCH(int, kind);
    QFETCH(int, number);
    QFETCH(QString, hits);
    Breakpoint breakpoint = before("args.n > 0");
    breakpoint.hits = {static_cast<HitRule::Kind>(kind), static_cast<std::uint64_t>(number)};
    BreakpointSet set;
    set.set({breakpoint});
    std::string numbers;
    for (int i = 0; i < 6; ++i) {
        // What does not fulfil the condition is no hit.
        QVERIFY(set.match(toolPoint("t", R"({"n":0})").point).empty());
        for (const BreakpointHit& hit : set.match(toolPoint("t", R"({"n":1})").point))
            numbers += (numbers.empty() ? "" : " ") + std::to_string(hit.number);
    }
    QCOMPARE(numbers, hits.toStdString());
    QCOMPARE(set.tallies().front().hits, 6U);
}

void TestBreakpointSet::oneShotsHitOnce()
{
    Breakpoint breakpoint = before("");
    breakpoint.isOneShot = true;
    breakpoint.hits = {HitRule::Kind::Equal, 2};
    BreakpointSet set;
    set.set({breakpoint});
    QVERIFY(set.match(toolPoint("t", "{}").point).empty());
    QVERIFY(!set.tallies().front().isSpent);
    QCOMPARE(set.match(toolPoint("t", "{}").point).size(), 1U);
    QVERIFY(set.tallies().front().isSpent);
    QVERIFY(!set.waitsFor(StopKind::BeforeTool));
    QVERIFY(set.match(toolPoint("t", "{}").point).empty());
    // Disabled by whoever was told, and enabled again.
    breakpoint.isEnabled = false;
    set.set({breakpoint});
    QVERIFY(set.tallies().front().isSpent);
    breakpoint.isEnabled = true;
    set.set({breakpoint});
    QVERIFY(set.waitsFor(StopKind::BeforeTool));
}

void TestBreakpointSet::changesOfAFieldHit()
{
    Breakpoint breakpoint = before("tool = t");
    breakpoint.changed = "args.n";
    BreakpointSet set;
    set.set({breakpoint});
    const auto hitAt = [&](const char* tool, const char* arguments) {
        return hitText(set.match(toolPoint(tool, arguments).point));
    };
    QCOMPARE(hitAt("t", R"({"n":1})"), std::string()); // nothing was before
    QCOMPARE(hitAt("t", R"({"n":1,"m":2})"), std::string());
    QCOMPARE(hitAt("t", R"({"n":2})"), std::string("1 args.n=2 tool=\"t\""));
    QCOMPARE(hitAt("t", R"({"m":2})"), std::string()); // has none
    QCOMPARE(hitAt("t", R"({"n":2})"), std::string());
    // Seen, although the condition does not hold there.
    QCOMPARE(hitAt("u", R"({"n":3})"), std::string());
    QCOMPARE(hitAt("t", R"({"n":3})"), std::string());
}

void TestBreakpointSet::changesOfAStateHit()
{
    Breakpoint breakpoint;
    breakpoint.id = 1;
    breakpoint.kind = StopKind::StateChange;
    BreakpointSet set;
    const nlohmann::json before {{"plan", {{{"status", "open"}}}}, {"n", 1}};
    const nlohmann::json after {{"plan", {{{"status", "done"}}}}, {"n", 1}};
    StopPoint point;
    point.kinds = {StopKind::StateChange};
    point.id.agent = "main";
    point.agentName = "main";
    point.stateBefore = &before;
    point.state = &after;
    for (const char* path : {"plan[0].status", "state.plan[0].status", "plan", ""}) {
        breakpoint.changed = path;
        set.set({breakpoint});
        QCOMPARE(set.match(point).size(), 1U);
    }
    for (const char* path : {"n", "plan[1].status", "m"}) {
        breakpoint.changed = path;
        set.set({breakpoint});
        QCOMPARE(set.match(point).size(), 0U);
    }
    breakpoint.changed = "plan[0].status";
    breakpoint.condition = "state.plan[0].status = done";
    set.set({breakpoint});
    QCOMPARE(hitText(set.match(point)),
             std::string("1 plan[0].status=\"done\" state.plan[0].status=\"done\""));
    point.stateBefore = &after;
    QVERIFY(set.match(point).empty());
}

void TestBreakpointSet::whoIsUnchangedKeepsItsCount()
{
    BreakpointSet set;
    set.set({before("", 1), before("args.n = 1", 2)});
    static_cast<void>(set.match(toolPoint("t", R"({"n":1})").point));
    Breakpoint noted = before("", 1);
    noted.note = "why";
    noted.isEnabled = false;
    set.set({before("", 3), before("args.n = 2", 2), noted});
    const auto tallies = set.tallies();
    QCOMPARE(tallies[0].hits, 0U);
    QCOMPARE(tallies[1].hits, 0U);
    QCOMPARE(tallies[2].hits, 1U);
    QCOMPARE(set.find(2)->condition, std::string("args.n = 2"));
    QVERIFY(set.find(9) == nullptr);
    // In the order of the list; who is disabled does not hit.
    const auto hits = set.match(toolPoint("t", R"({"n":2})").point);
    QCOMPARE(hits.size(), 2U);
    QCOMPARE(hits[0].id, 3U);
    QCOMPARE(hits[1].id, 2U);
}

void TestBreakpointSet::countsBeginAnew()
{
    Breakpoint breakpoint = before("");
    breakpoint.isOneShot = true;
    BreakpointSet set;
    set.set({breakpoint});
    static_cast<void>(set.match(toolPoint("t", "{}").point));
    set.setProblem(1, "It could not be done.");
    QCOMPARE(set.tallies().front().problem, std::string("It could not be done."));
    set.resetCounts();
    QCOMPARE(set.tallies().front(), (BreakpointTally {.id = 1}));
    QCOMPARE(set.match(toolPoint("t", "{}").point).size(), 1U);
}

void TestBreakpointSet::problemsOfConditionsPause()
{
    Breakpoint breakpoint = before("args.n >");
    breakpoint.scope.tool = "t";
    breakpoint.hits = {HitRule::Kind::Equal, 9};
    breakpoint.isOneShot = true;
    BreakpointSet set;
    set.set({breakpoint});
    QVERIFY(!set.tallies().front().problem.empty());
    for (std::uint64_t i = 1; i < 4; ++i) {
        const auto hits = set.match(toolPoint("t", "{}").point);
        QCOMPARE(hits.size(), 1U);
        QCOMPARE(hits.front().number, i);
        QVERIFY(!hits.front().problem.empty());
    }
    QVERIFY(set.match(toolPoint("u", "{}").point).empty());
}

void TestBreakpointSet::valuesThatCannotBeComparedPause()
{
    BreakpointSet set;
    set.set({before("tool = t and args.n > 500")});
    const auto hits = set.match(toolPoint("t", R"({"n":"lots"})").point);
    QCOMPARE(hits.size(), 1U);
    QCOMPARE(hits.front().problem,
             std::string("`args.n` is \"lots\", which cannot be compared with 500."));
    QCOMPARE(set.tallies().front().problem, hits.front().problem);
    // Another part of the condition decides.
    QVERIFY(set.match(toolPoint("u", R"({"n":"lots"})").point).empty());
    QVERIFY(set.match(toolPoint("t", R"({"m":"lots"})").point).empty());
}

void TestBreakpointSet::problemsAreTold_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("condition");
    QTest::addColumn<QString>("problem"); // empty: there is none
    QTest::addColumn<QString>("culprit");
    const auto row = [](const char* name,
                        StopKind kind,
                        const char* condition,
                        const char* problem,
                        const char* culprit) {
        QTest::newRow(name) << static_cast<int>(kind) << condition << problem << culprit;
    };
    using enum StopKind;
    row("none", BeforeTool, "args.amount > 500", "", "");
    row("unknown field", BeforeTool, "arg.amount > 500", "no field `arg.amount`", "arg.amount");
    row("no expression", BeforeTool, "args.x ~ /(/", "regular expression", "/(/");
    row("outcome too early",
        BeforeTool,
        "tool = a and result.x = 1",
        "`result` is not known yet",
        "result.x");
    row("status too early", Step, "status = error", "`status` is not known yet", "status");
    row("answer too early",
        BeforeModel,
        "output[-1].text contains x",
        "not known yet",
        "output[-1].text");
    row("outcome in time", AfterTool, "result.x = 1", "", "");
    row("outcome of an error", Error, "error.type = http_503", "", "");
    row("outcome at a retry", Retry, "error.type = http_503", "", "");
    row("outcome at a guard", Guard, "result.x = 1", "not known yet", "result.x");
    row("sums are known", BeforeTool, "cost.session > 0.5 and errors.session > 2", "", "");
    row("state is known", BeforeTool, "state.plan[0].status = done", "", "");
    row("what lies below", AfterTool, "children > 2", "while a run is under way", "children");
    row("other steps", BeforeTool, "ancestor(agent = a)", "cannot ask for other steps", "ancestor");
    row("no repeat", BeforeTool, "repeat(x) > 1", "What is repeated is missing", "repeat");
    row("no value", BeforeTool, "args.x >", "a value is missing", "");
}

void TestBreakpointSet::problemsAreTold()
{
    QFETCH(int, kind);
    QFETCH(QString, condition);
    QFETCH(QString, problem);
    QFETCH(QString, culprit);
    Breakpoint breakpoint = before(condition.toStdString());
    breakpoint.kind = static_cast<StopKind>(kind);
    const auto found = problemOf(breakpoint);
    QCOMPARE(found.has_value(), !problem.isEmpty());
    if (!found)
        return;
    QVERIFY2(QString::fromStdString(found->message).contains(problem), found->message.c_str());
    QCOMPARE(breakpoint.condition.substr(found->position, found->length), culprit.toStdString());
    BreakpointSet set;
    set.set({breakpoint});
    QCOMPARE(set.tallies().front().problem, found->message);
}

void TestBreakpointSet::problemsOfFaultsAreTold_data()
{
    QTest::addColumn<QString>("condition");
    QTest::addColumn<QString>("problem"); // empty: there is none
    QTest::addColumn<QString>("culprit");
    const auto row
        = [](const char* name, const char* condition, const char* problem, const char* culprit) {
              QTest::newRow(name) << condition << problem << culprit;
          };
    row("none", "", "", "");
    row("what is sent", "args.amount > 5", "", "");
    row("state and history", "state.n = 1 and errors.session = 0", "", "");
    row("no value", "args.amount >", "a value is missing", "");
    row("bare words", "args.sql contains", "A field, an operator or a value", "");
    row("too early", "turn > 1 and result = 3", "a step fails before it is sent", "result");
    row("other steps", "ancestor(agent = a)", "A fault rule cannot ask", "ancestor");
}

void TestBreakpointSet::problemsOfFaultsAreTold()
{
    QFETCH(QString, condition);
    QFETCH(QString, problem);
    QFETCH(QString, culprit);
    for (const char* model : {"", "large"}) {
        FaultRule rule;
        rule.condition = condition.toStdString();
        rule.scope.model = model;
        const auto found = problemOf(rule);
        QCOMPARE(found.has_value(), !problem.isEmpty());
        if (!found)
            continue;
        const auto told = QString::fromStdString(found->message);
        QVERIFY2(told.contains(problem), found->message.c_str());
        QCOMPARE(rule.condition.substr(found->position, found->length), culprit.toStdString());
        QVERIFY(!told.contains(QStringLiteral("Choose"))); // a fault has no other moment
        QVERIFY(found->hint.find("Choose") == std::string::npos);
    }
}

void TestBreakpointSet::problemsOfActionsAreTold_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("problem"); // empty: there is none
    const auto row = [](StopKind kind, const char* path, const char* problem) {
        QTest::addRow("%s at %s", path, std::string(infoOf(kind).word).c_str())
            << static_cast<int>(kind) << path << problem;
    };
    using enum StopKind;
    for (const char* path : {"args", "args.x", "args.items[0].x", "state.plan"})
        row(BeforeTool, path, "");
    for (const char* path :
         {"system", "messages[-1].text", "model", "param.temperature", "tools", "state.n"})
        row(BeforeModel, path, "");
    for (const char* path : {"result", "result.status", "state.n"})
        row(AfterTool, path, "");
    row(AfterModel, "message.text", "");
    row(StateChange, "state.n", "");
    row(BeforeTool, "", "names no field");
    row(BeforeTool, "amount", "nothing called `amount`");
    row(BeforeTool, "args.", "is no path");
    row(BeforeModel, "param", "names no part");
    row(BeforeModel, "messages", "names no part");
    row(BeforeTool, "state", "names no part of the state");
    row(BeforeTool, "result.x", "not there yet");
    row(AfterTool, "args.x", "sent already");
    row(FirstToken, "system", "sent already");
    row(StateChange, "args.x", "no step");
}

void TestBreakpointSet::problemsOfActionsAreTold()
{
    QFETCH(int, kind);
    QFETCH(QString, path);
    QFETCH(QString, problem);
    Breakpoint breakpoint = before("");
    breakpoint.kind = static_cast<StopKind>(kind);
    breakpoint.actions = {EditAction {path.toStdString(), "1"}};
    const auto found = problemOf(breakpoint);
    QCOMPARE(found.has_value(), !problem.isEmpty());
    if (found)
        QVERIFY2(QString::fromStdString(found->message).contains(problem), found->message.c_str());
    // Such a mistake is shown, but does not pause: the condition is right.
    BreakpointSet set;
    set.set({breakpoint});
    QVERIFY(set.tallies().front().problem.empty());
    breakpoint.actions = {LogAction {"{tool"}};
    QVERIFY(problemOf(breakpoint).has_value());
}

void TestBreakpointSet::statesAreNeededWhereAskedFor()
{
    BreakpointSet set;
    Breakpoint log = before("");
    log.actions = {LogAction {"plan: {state.plan}"}};
    Breakpoint changed = before("");
    changed.changed = "state.n";
    for (const Breakpoint& breakpoint : {before("not state.n = 1"), log, changed}) {
        set.set({breakpoint});
        QVERIFY(set.needsState(StopKind::BeforeTool));
        QVERIFY(!set.needsState(StopKind::AfterTool));
    }
    set.set({before("args.state = 1")});
    QVERIFY(!set.needsState(StopKind::BeforeTool));
}

/// The same breakpoints one by one and all together: what sorts them changes no hit.
void TestBreakpointSet::theIndexLeavesOutNothing()
{
    std::vector<Breakpoint> all;
    const std::vector<std::string> conditions {"",
                                               "tool = a",
                                               "tool = B and args.n > 2",
                                               "args.n >= 2",
                                               "args.n > 2",
                                               "args.n < 2",
                                               "args.n <= 2",
                                               "2 < 1 or args.n > 2",
                                               "not args.n > 2",
                                               "agent = main and args.n > 0",
                                               "agent in (other, MAIN) and tool in (a, b)",
                                               "args.s > 5",
                                               "args.list[*] > 5"};
    for (const std::string& condition : conditions) {
        for (const char* tool : {"", "a", "B", "*"}) {
            for (const char* agent : {"", "main", "sub", "root/sub"}) {
                Breakpoint breakpoint
                    = before(condition, static_cast<BreakpointId>(all.size() + 1));
                breakpoint.scope.tool = tool;
                breakpoint.scope.agent = agent;
                all.push_back(breakpoint);
            }
        }
    }
    BreakpointSet together;
    together.set(all);
    std::size_t count = 0;
    for (const char* tool : {"a", "b", "c"}) {
        for (const char* agent : {"main", "root/sub"}) {
            for (const char* arguments : {R"({"n":1,"s":"7"})",
                                          R"({"n":2,"s":"x"})",
                                          R"({"n":3,"list":[1,9]})",
                                          R"({"n":"9"})",
                                          "no JSON"}) {
                tests::PointMaker point = toolPoint(tool, arguments);
                point.point.id.agent = agent;
                point.point.agentName = "main";
                std::vector<BreakpointId> alone;
                for (const Breakpoint& breakpoint : all) {
                    BreakpointSet single;
                    single.set({breakpoint});
                    if (!single.match(point.point).empty())
                        alone.push_back(breakpoint.id);
                }
                std::vector<BreakpointId> found;
                for (const BreakpointHit& hit : together.match(point.point))
                    found.push_back(hit.id);
                QCOMPARE(found, alone);
                count += found.size();
            }
        }
    }
    QVERIFY(count > 1000);
}

QTEST_GUILESS_MAIN(TestBreakpointSet)
#include "tst_breakpoint_set.moc"
