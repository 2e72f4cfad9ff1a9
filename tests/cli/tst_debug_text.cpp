// What is typed in the line debugger.
#include "engine/cli/debugger/debug_listing.h"
#include "engine/cli/debugger/debug_text.h"
#include "engine/cli/debugger/debug_words.h"
#include "engine/cli/debugger/script_line.h"

#include <QTest>

#include <set>

using namespace Qt::StringLiterals;
using namespace engine::cli;
using engine::AnswerAction;
using engine::Breakpoint;
using engine::DebugSetup;
using engine::DebugStatus;
using engine::FaultKind;
using engine::FaultRule;
using engine::HitRule;
using engine::LogAction;
using engine::StopKind;
using engine::WatchValue;
using tracestore::OutcomeStatus;

class TestDebugText : public QObject
{
    Q_OBJECT

private slots:
    void breakpointsAreRead_data();
    void breakpointsAreRead();
    void wrongBreakpointsAreRefused_data();
    void wrongBreakpointsAreRefused();
    void wordsAreFound_data();
    void wordsAreFound();
    void allWordsHaveHelp();
    void infoHasOneListOfWords();
    void watchesTellWhenTheyLastChanged();
    void scriptsHaveNumberedLines();
    void examplesAreUnderstood();
    void logpointsHaveATextBehindAComma();
    void faultsAreRead();
    void valuesBecomeJson();
    void hitsAndActionsAreRead();
};

void TestDebugText::breakpointsAreRead_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("tool");
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("agent");
    QTest::addColumn<QString>("changed");
    QTest::addColumn<QString>("condition");
    const auto row = [](const char* typed,
                        StopKind kind,
                        const char* tool,
                        const char* model,
                        const char* agent,
                        const char* changed,
                        const char* condition) {
        QTest::newRow(typed) << QString::fromUtf8(typed) << static_cast<int>(kind)
                             << QString::fromUtf8(tool) << QString::fromUtf8(model)
                             << QString::fromUtf8(agent) << QString::fromUtf8(changed)
                             << QString::fromUtf8(condition);
    };
    row("refund", StopKind::BeforeTool, "refund", "", "", "", "");
    row("refund if args.amount > 40",
        StopKind::BeforeTool,
        "refund",
        "",
        "",
        "",
        "args.amount > 40");
    row("before_tool refund", StopKind::BeforeTool, "refund", "", "", "", "");
    row("after-tool refund", StopKind::AfterTool, "refund", "", "", "", "");
    row("tool refund", StopKind::BeforeTool, "refund", "", "", "", "");
    row("model gpt*", StopKind::BeforeModel, "", "gpt*", "", "", "");
    row("after_model agent=researcher", StopKind::AfterModel, "", "", "researcher", "", "");
    row("state_change plan[2].status", StopKind::StateChange, "", "", "", "plan[2].status", "");
    row("hand_off researcher", StopKind::HandOff, "researcher", "", "", "", "");
    row("user_input support", StopKind::UserInput, "", "", "support", "", "");
    row("error", StopKind::Error, "", "", "", "", "");
    row("if repeat(args) >= 3", StopKind::Step, "", "", "", "", "repeat(args) >= 3");
    row("agent=a if turn > 2", StopKind::Step, "", "", "a", "", "turn > 2");
    row("\"a tool\" if args.x = \"if\"",
        StopKind::BeforeTool,
        "a tool",
        "",
        "",
        "",
        "args.x = \"if\"");
    row("tool=error", StopKind::BeforeTool, "error", "", "", "", "");
    row("", StopKind::Step, "", "", "", "", "");
}

void TestDebugText::breakpointsAreRead()
{
    QFETCH(QString, typed);
    QFETCH(int, kind);
    QFETCH(QString, tool);
    QFETCH(QString, model);
    QFETCH(QString, agent);
    QFETCH(QString, changed);
    QFETCH(QString, condition);
    const auto read = parseBreakpoint(typed.toStdString());
    QVERIFY(read.has_value());
    QCOMPARE(static_cast<int>(read->kind), kind);
    QCOMPARE(read->scope.tool, tool.toStdString());
    QCOMPARE(read->scope.model, model.toStdString());
    QCOMPARE(read->scope.agent, agent.toStdString());
    QCOMPARE(read->changed, changed.toStdString());
    QCOMPARE(read->condition, condition.toStdString());
}

void TestDebugText::wrongBreakpointsAreRefused_data()
{
    QTest::addColumn<QString>("typed");
    QTest::newRow("two names") << u"refund orders"_s;
    QTest::newRow("no condition") << u"refund if"_s;
    QTest::newRow("unknown scope") << u"colour=red"_s;
    QTest::newRow("forgotten if") << u"refund args.amount=4"_s;
}

void TestDebugText::wrongBreakpointsAreRefused()
{
    QFETCH(QString, typed);
    auto read = parseBreakpoint(typed.toStdString());
    QVERIFY(!read.has_value());
    QVERIFY(!read.error().message.empty());
}

void TestDebugText::wordsAreFound_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("found"); ///< or a part of the message
    for (const auto& [typed, found] : {std::pair {"b", "break"},
                                       std::pair {"br", "break"},
                                       std::pair {"c", "continue"},
                                       std::pair {"n", "next"},
                                       std::pair {"s", "step"},
                                       std::pair {"bt", "backtrace"},
                                       std::pair {"where", "backtrace"},
                                       std::pair {"p", "print"},
                                       std::pair {"i", "info"},
                                       std::pair {"fin", "finish"},
                                       std::pair {"advance", "until"},
                                       std::pair {"dprintf", "logpoint"},
                                       std::pair {"undi", "undisplay"},
                                       std::pair {"contnue", "Did you mean `continue`?"},
                                       std::pair {"brek", "Did you mean `break`?"},
                                       std::pair {"zzzzzz", "`help` lists them"},
                                       std::pair {"un", "`until`, `undisplay` or `undo`"}})
        QTest::newRow(typed) << QString::fromUtf8(typed) << QString::fromUtf8(found);
}

void TestDebugText::wordsAreFound()
{
    QFETCH(QString, typed);
    QFETCH(QString, found);
    auto word = findDebugWord(typed.toStdString());
    if (word)
        QCOMPARE(std::string((*word)->name), found.toStdString());
    else
        QVERIFY2(word.error().message.find(found.toStdString()) != std::string::npos,
                 word.error().message.c_str());
}

void TestDebugText::allWordsHaveHelp()
{
    auto list = debugHelp({});
    QVERIFY(list.has_value());
    for (const DebugWord& word : debugWords()) {
        QVERIFY(list->find('\n' + std::string(word.name) + ' ') != std::string::npos
                || list->starts_with(word.name));
        const auto help = debugHelp(word.name);
        QVERIFY(help.has_value());
        QVERIFY(help->find(word.usage) != std::string::npos);
        QVERIFY(!word.examples.empty());
        for (const DebugWord& other : debugWords())
            QVERIFY(&other == &word || other.name != word.name);
    }
    QVERIFY(!debugHelp("zzzzzz").has_value());
    // What one does not find out by trying stands in the help too.
    for (const char* told : {"[INPUT]", "--input", "--record", "`start`"})
        QVERIFY2(debugHelp("run")->find(told) != std::string::npos, told);
    for (const char* told : {"count:", "delay:", "chance:", "type:"})
        QVERIFY2(debugHelp("inject")->find(told) != std::string::npos, told);
}

void TestDebugText::infoHasOneListOfWords()
{
    const auto help = debugHelp("info");
    std::set<InfoId> seen;
    for (const InfoWord& word : infoWords()) {
        QVERIFY(help->find("\n  " + std::string(word.name) + ' ') != std::string::npos);
        QVERIFY(!word.text.empty());
        QVERIFY(seen.insert(word.id).second);
        const auto found = findInfoWord(word.name);
        QVERIFY(found.has_value());
        QCOMPARE((*found)->id, word.id);
        const auto unknown = findInfoWord("zzz");
        QVERIFY(!unknown.has_value());
        QVERIFY(unknown.error().message.find(word.name) != std::string::npos);
    }
    QCOMPARE((*findInfoWord("b"))->id, InfoId::Breakpoints);
    QCOMPARE((*findInfoWord("st"))->id, InfoId::State);
    QCOMPARE((*findInfoWord("watchp"))->id, InfoId::Watches);
    QCOMPARE((*findInfoWord("display"))->id, InfoId::Watches);
    QVERIFY(!findInfoWord("").has_value());
}

/// Where a watch went through values between two stops, none of them is told as the one before.
void TestDebugText::watchesTellWhenTheyLastChanged()
{
    DebugSetup setup;
    setup.watches = {{1, "args.amount", {}}, {2, "turn", {}}, {3, "cost.session", {}}};
    DebugStatus debug;
    WatchValue amount {
        .id = 1, .value = "890", .problem = {}, .before = "5", .changedStep = "a:2.1.1"};
    amount.changedAt = 17;
    amount.isNew = true;
    WatchValue turn = amount;
    turn.id = 2;
    turn.value = "3";
    turn.isNew = false;
    debug.watches = {amount, turn, {.id = 3, .value = "0.5", .problem = {}}};
    QCOMPARE(watchesText(setup, debug),
             std::string("1: args.amount = 890  (changed, last at a:2.1.1, from 5)\n"
                         "2: turn = 3  (last changed at a:2.1.1, from 5)\n"
                         "3: cost.session = 0.5"));
}

void TestDebugText::scriptsHaveNumberedLines()
{
    const auto lines = scriptLines("break a\n\n# b\nrun", "x");
    QCOMPARE(lines.size(), std::size_t {4});
    QCOMPARE(lines[3].text, std::string("run"));
    QCOMPARE(lines[3].number, 4);
    QCOMPARE(lines[3].file, std::string("x"));
    QCOMPARE(scriptLines("run\n", "x").size(), std::size_t {1});
}

/// The help promises nothing that is refused.
void TestDebugText::examplesAreUnderstood()
{
    int tried = 0;
    for (const DebugWord& word : debugWords()) {
        const QStringList lines
            = QString::fromUtf8(word.examples.data(), static_cast<qsizetype>(word.examples.size()))
                  .split(QLatin1Char('\n'));
        for (const QString& line : lines) {
            const std::string rest = line.section(QLatin1Char(' '), 1).toStdString();
            const std::string first = line.section(QLatin1Char(' '), 0, 0).toStdString();
            if (first != word.name)
                continue;
            ++tried;
            if (word.id == DebugWordId::Break || word.id == DebugWordId::TemporaryBreak
                || word.id == DebugWordId::Until)
                QVERIFY2(parseBreakpoint(rest).has_value(), qPrintable(line));
            if (word.id == DebugWordId::LogPoint)
                QVERIFY2(parseLogpoint(rest).has_value(), qPrintable(line));
            if (word.id == DebugWordId::Inject)
                QVERIFY2(parseFault(rest).has_value(), qPrintable(line));
            if (word.id == DebugWordId::Set)
                QVERIFY2(parseAssignment(rest).has_value(), qPrintable(line));
            if (word.id == DebugWordId::Hits)
                QVERIFY2(parseHits(rest.substr(2)).has_value(), qPrintable(line));
        }
    }
    QVERIFY(tried > 40);
}

void TestDebugText::logpointsHaveATextBehindAComma()
{
    const auto logged = parseLogpoint("refund if args.x in (1, 2), refunds {args.amount}, at last");
    QVERIFY(logged.has_value());
    QCOMPARE(logged->condition, std::string("args.x in (1, 2)"));
    QCOMPARE(std::get<LogAction>(logged->actions.front()).text,
             std::string("refunds {args.amount}, at last"));
    QVERIFY(!logged->pauses());
    const auto quoted = parseLogpoint("error, \"it \\\"failed\\\"\"");
    QCOMPARE(std::get<LogAction>(quoted->actions.front()).text, std::string("it \"failed\""));
    QVERIFY(!parseLogpoint("refund").has_value());
}

void TestDebugText::faultsAreRead()
{
    const auto fault
        = parseFault("error orders count 2 chance 0.5 seed 7 delay 1.5 type http_500 if turn > 1");
    QVERIFY(fault.has_value());
    FaultRule expected;
    expected.kind = FaultKind::Error;
    expected.scope.tool = "orders";
    expected.count = 2;
    expected.probability = 0.5;
    expected.seed = 7;
    expected.delay = {1'500'000'000};
    expected.errorType = "http_500";
    expected.condition = "turn > 1";
    QVERIFY(*fault == expected);
    QCOMPARE(parseFault("rate-limit model=m")->scope.model, std::string("m"));
    for (const char* wrong : {"",
                              "explosion refund",
                              "timeout refund count many",
                              "timeout refund chance 2",
                              "timeout a b",
                              "slow x delay -1",
                              "timeout refund if args.amount contains",
                              "timeout refund if result = 3"})
        QVERIFY2(!parseFault(wrong).has_value(), wrong);
}

void TestDebugText::valuesBecomeJson()
{
    QCOMPARE(parseAssignment("args.amount = 10")->value, std::string("10"));
    QCOMPARE(parseAssignment("args.amount 10")->value, std::string("10"));
    QCOMPARE(parseAssignment("system = Be brief.")->value, std::string("\"Be brief.\""));
    QCOMPARE(parseAssignment("args={\"a\": 1}")->path, std::string("args"));
    QCOMPARE(parseAssignment("a[\"x = y\"] = 1")->path, std::string("a[\"x = y\"]"));
    QVERIFY(!parseAssignment("args.amount").has_value());
    QVERIFY(!parseAssignment("").has_value());
}

void TestDebugText::hitsAndActionsAreRead()
{
    QCOMPARE(parseHits(">= 3")->kind, HitRule::Kind::AtLeast);
    QCOMPARE(parseHits("= 3")->number, std::uint64_t {3});
    QCOMPARE(parseHits("every 10")->kind, HitRule::Kind::Every);
    QCOMPARE(parseHits("all")->kind, HitRule::Kind::Always);
    QVERIFY(!parseHits("sometimes").has_value());
    QVERIFY(!parseHits("= 0").has_value());
    const auto failing = parseAction("fail http_503 The shop is closed.");
    const auto& answer = std::get<AnswerAction>(*failing);
    QCOMPARE(answer.status, OutcomeStatus::Error);
    QCOMPARE(answer.errorType, std::string("http_503"));
    QCOMPARE(answer.text, std::string("The shop is closed."));
    QVERIFY(!parseAction("dance").has_value());
    QCOMPARE(engine::cli::changeOf("state.plan[1]").kind, StopKind::StateChange);
    QCOMPARE(engine::cli::changeOf("state.plan[1]").changed, std::string("plan[1]"));
    QCOMPARE(engine::cli::changeOf("args.amount").kind, StopKind::Step);
}

QTEST_GUILESS_MAIN(TestDebugText)
#include "tst_debug_text.moc"
