#include "engine/tool/configured_tools.h"
#include "engine/tool/ending_tool.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tool_runs.h"

#include <QTest>

using namespace engine;
using nlohmann::json;
using tests::ToolRun;

namespace {

ToolConfig builtin(const char* name, json options = json::object())
{
    ToolConfig config;
    config.name = name;
    config.builtin = name;
    config.options = std::move(options);
    return config;
}

ToolConfig composite(const char* name, const char* options)
{
    ToolConfig config;
    config.kind = ToolConfig::Kind::Composite;
    config.name = name;
    config.description = "Several in one.";
    config.options = json::parse(options);
    return config;
}

/// Never answers; a call that it was asked to stop has ended.
class HangingTool : public Tool
{
public:
    [[nodiscard]] const ToolInfo& info() const override { return m_info; }

    std::unique_ptr<RunningTool> start(const ToolCall&, ToolHandlers handlers) override
    {
        return std::make_unique<EndingCall>(std::move(handlers));
    }

private:
    class EndingCall : public EndingTool
    {
    public:
        using EndingTool::EndingTool;
    };

    ToolInfo m_info {.definition = {"hang", "", "{}"}, .effectClass = EffectClass::Outside};
};

const char* const kTwoReservations = R"(
    {"id":"first","tool":"reserve","arguments":{"action":"write","key":"a","text":"1"}},
    {"id":"second","tool":"reserve","arguments":{"action":"write","key":"b","text":"2"}})";

/// An all-or-nothing group of two reservations and what is given.
ToolConfig reservations(const std::string& more, const std::string& options = {})
{
    return composite("both",
                     (R"({"allOrNothing":true,"steps":[)" + std::string(kTwoReservations) + ","
                      + more + "]" + options + "}")
                         .c_str());
}

const char* const kFails = R"({"id":"count","tool":"calculator","arguments":{"expression":"1/0"}})";

} // namespace

class TestConfiguredTools : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void builtinToolsAreMadeWithTheirOptions();
    void configurationsThatMakeNoSenseAreRefused_data();
    void configurationsThatMakeNoSenseAreRefused();
    void notesAreKept();
    void aPipelinePassesResultsOn();
    void eachPartIsACallOfItsOwn();
    void aFailedPartEndsTheWhole();
    void aCancelledPipelineStops();
    void circlesAreFound();
    void stepsHavePlainNames();
    void questionsAreNoTools();
    void aCompositeReachesAsFarAsItsParts();
    void parallelStepsStartTogether();
    void plansThatCannotBeMeantAreRefused_data();
    void plansThatCannotBeMeantAreRefused();
    void aGroupThatSucceedsKeepsWhatItDid();
    void aGroupIsTakenBackLastFirst();
    void aGroupWhoseResultCannotBeMadeIsTakenBack();
    void aFailedUndoIsToldAndKeepsNoOtherFromBeingMade();
    void whatCannotBeTakenBackIsTold();
    void undoArgumentsCanUseTheResult();
    void callsMadeAtOnceEndBeforeAnythingIsTakenBack();
    void aStoppedGroupIsTakenBack();
    void aGroupThatRunsOutOfTimeIsTakenBack();

private:
    tracestore::Result<void> add(const std::vector<ToolConfig>& tools)
    {
        return addConfiguredTools(
            *m_box,
            tools,
            m_folder.path(),
            {m_pool, m_network, m_notes, [this](const ToolCall& call, ToolHandlers handlers) {
                 m_nested.push_back(call.callId + " " + call.tool + " " + call.arguments);
                 return m_box->start(call, std::move(handlers));
             }});
    }

    /// `reserve` writes a note and is undone by deleting it.
    static std::vector<ToolConfig> reserving(ToolConfig group)
    {
        ToolConfig reserve = builtin("notes");
        reserve.name = "reserve";
        reserve.undo.tool = "reserve";
        reserve.undo.arguments = json::parse(R"({"action":"delete","key":{"$from":"/input/key"}})");
        return {builtin("calculator"), builtin("notes"), reserve, std::move(group)};
    }

    ToolRun::Start start()
    {
        return [this](const ToolCall& call, ToolHandlers handlers) {
            return m_box->start(call, std::move(handlers));
        };
    }

    tests::TemporaryFolder m_folder;
    QThreadPool m_pool;
    QNetworkAccessManager m_network;
    ToolLocks m_locks;
    std::shared_ptr<Notes> m_notes;
    std::vector<std::string> m_nested;
    std::unique_ptr<ToolBox> m_box;
};

void TestConfiguredTools::init()
{
    m_box = std::make_unique<ToolBox>(m_locks, nullptr);
    m_notes = std::make_shared<Notes>();
    m_nested.clear();
    tests::writeFile(m_folder.file("list.txt"), "milk\nbread\n");
}

void TestConfiguredTools::builtinToolsAreMadeWithTheirOptions()
{
    std::filesystem::create_directories(m_folder.path() / "docs");
    tests::writeFile(m_folder.path() / "docs" / "a.txt", "inside");
    ToolConfig renamed = builtin("read_file", {{"root", "docs"}});
    renamed.name = "read_docs";
    QVERIFY(add({builtin("calculator"),
                 renamed,
                 builtin("list_files", {{"root", "."}}),
                 builtin("search_files", {{"root", "."}}),
                 builtin("notes"),
                 builtin("http_get"),
                 builtin("shell")}));
    QCOMPARE(m_box->definitions().size(), std::size_t {7});
    ToolRun run(start(), "read_docs", "{\"path\":\"a.txt\"}");
    QCOMPARE(run.told(), std::string("ok: inside"));
    ToolRun out(start(), "read_docs", "{\"path\":\"../list.txt\"}");
    QVERIFY(out.told().starts_with("denied"));
    ToolRun checked(start(), "calculator", "{\"expression\":5}");
    QVERIFY(checked.told().starts_with("arguments: arguments.expression: expected a string"));
}

void TestConfiguredTools::configurationsThatMakeNoSenseAreRefused_data()
{
    QTest::addColumn<QByteArray>("builtinName");
    QTest::addColumn<QByteArray>("options");
    QTest::addColumn<QByteArray>("told");
    const auto row = [](const char* name, const char* options, const char* told) {
        QTest::newRow(told) << QByteArray(name) << QByteArray(options) << QByteArray(told);
    };
    row("calculater", "{}", "There is no built-in tool `calculater`. Did you mean `calculator`?");
    row("read_file", "{}", "options.root: expected the folder that may be read");
    row("read_file", "{\"root\":\"nowhere\"}", "There is no");
    row("sqlite_query", "{\"database\":\"none.db\"}", "options.database: expected the file");
    row("http_get", "{\"hosts\":[1]}", "options.hosts: expected names of hosts");
    row("shell", "{\"root\":\"nowhere\"}", "options.root: there is no such folder");
}

void TestConfiguredTools::configurationsThatMakeNoSenseAreRefused()
{
    QFETCH(QByteArray, builtinName);
    QFETCH(QByteArray, options);
    QFETCH(QByteArray, told);
    const auto added = add({builtin(builtinName.constData(), json::parse(options.toStdString()))});
    QVERIFY(!added);
    QVERIFY2(added.error().message.starts_with(told.toStdString()), added.error().message.c_str());
    QVERIFY(added.error().where.starts_with("tool `"));
}

void TestConfiguredTools::notesAreKept()
{
    QVERIFY(add({builtin("notes")}));
    const auto told = [this](const char* arguments) {
        ToolRun run(start(), "notes", arguments);
        return run.told();
    };
    QCOMPARE(told("{\"action\":\"list\"}"), std::string("ok: [no notes]"));
    QCOMPARE(told("{\"action\":\"write\",\"key\":\"a\",\"text\":\"one\"}"),
             std::string("ok: Noted."));
    QCOMPARE(told("{\"action\":\"read\",\"key\":\"a\"}"), std::string("ok: one"));
    QCOMPARE(told("{\"action\":\"list\"}"), std::string("ok: a (3 bytes)\n"));
    QCOMPARE(told("{\"action\":\"delete\",\"key\":\"a\"}"), std::string("ok: Deleted."));
    QVERIFY(told("{\"action\":\"read\",\"key\":\"a\"}").starts_with("not_found"));
    QVERIFY(told("{\"action\":\"write\",\"text\":\"x\"}").starts_with("arguments"));
    QVERIFY(told("{\"action\":\"eat\"}").starts_with("arguments"));
    m_notes->texts["big"] = std::string(Notes::kMostBytes, 'x');
    QVERIFY(told("{\"action\":\"write\",\"key\":\"b\",\"text\":\"x\"}").starts_with("limit"));
}

static const char* const kPipeline = R"({
  "input": {"type":"object","properties":{"price":{"type":"number"},"count":{"type":"integer"}},
            "required":["price","count"]},
  "steps": [
    {"id":"net","tool":"calculator","arguments":{"expression":{"$template":"{/input/price} * {/input/count}"}}},
    {"id":"gross","tool":"calculator","arguments":{"expression":{"$template":"{/steps/net} * 1.19"}}},
    {"tool":"notes","arguments":{"action":"write","key":"total","text":{"$template":"{{{/steps/gross}}"}}}
  ],
  "result": {"net":{"$from":"/steps/net"},"gross":{"$from":"/steps/gross"},"kind":"sum"}})";

void TestConfiguredTools::aPipelinePassesResultsOn()
{
    QVERIFY(add({composite("total", kPipeline), builtin("calculator"), builtin("notes")}));
    ToolRun run(start(), "total", "{\"price\":2.5,\"count\":4}");
    QCOMPARE(run.told(), std::string("ok: {\"gross\":11.9,\"kind\":\"sum\",\"net\":10}"));
    QCOMPARE(m_notes->texts["total"], std::string("{11.9}"));
    ToolRun wrong(start(), "total", "{\"price\":\"x\"}");
    QVERIFY(wrong.told().starts_with("arguments: "));
}

void TestConfiguredTools::eachPartIsACallOfItsOwn()
{
    QVERIFY(add({composite("total", kPipeline), builtin("calculator"), builtin("notes")}));
    ToolRun run(start(), "total", "{\"price\":2.5,\"count\":4}");
    QVERIFY(run.outcome().isOk());
    QCOMPARE(m_nested.size(), std::size_t {3});
    QCOMPARE(m_nested[0], std::string("call-1/net calculator {\"expression\":\"2.5 * 4\"}"));
    QVERIFY(m_nested[2].starts_with("call-1/3 notes "));
    QCOMPARE(run.progress(), (std::vector<std::string> {"net", "gross", "3"}));
}

void TestConfiguredTools::aFailedPartEndsTheWhole()
{
    QVERIFY(
        add({composite("broken",
                       R"({"steps":[{"id":"a","tool":"calculator","arguments":{"expression":"1/0"}},
                                        {"id":"b","tool":"notes","arguments":{"action":"list"}}]})"),
             composite("lost",
                       R"({"steps":[{"tool":"calculator",
                                         "arguments":{"expression":{"$from":"/input/none"}}}]})"),
             builtin("calculator"),
             builtin("notes")}));
    ToolRun run(start(), "broken", "{}");
    QCOMPARE(run.told(), std::string("arguments: Step `a`: At character 4: division by zero."));
    QCOMPARE(m_nested.size(), std::size_t {1});
    ToolRun lost(start(), "lost", "{}");
    QCOMPARE(lost.told(), std::string("composite: Step `1`: `/input/none` leads to nothing."));
}

void TestConfiguredTools::aCancelledPipelineStops()
{
    QVERIFY(add({composite("total", kPipeline), builtin("calculator"), builtin("notes")}));
    ToolRun run(start(), "total", "{\"price\":2.5,\"count\":4}");
    run.cancel();
    QVERIFY(run.told().starts_with("cancelled"));
    QTest::qWait(20);
    QVERIFY(m_nested.size() < 3);
}

void TestConfiguredTools::circlesAreFound()
{
    const char* const callsB = R"({"steps":[{"tool":"b"}]})";
    const char* const callsA = R"({"steps":[{"tool":"a"}]})";
    const auto added = add({composite("a", callsB), composite("b", callsA)});
    QVERIFY(!added);
    QCOMPARE(added.error().message,
             std::string("The tool `a` calls itself, directly or through others."));
    QVERIFY(!add({composite("none", "{\"steps\":[]}")}));
    QVERIFY(!add({composite("odd", "{\"steps\":[{\"id\":\"x\"}]}")}));
}

void TestConfiguredTools::aCompositeReachesAsFarAsItsParts()
{
    const char* const local = R"({"steps":[{"tool":"calculator"}]})";
    const char* const nested = R"({"steps":[{"tool":"local"},{"tool":"http_get"}]})";
    QVERIFY(add({composite("nested", nested),
                 composite("local", local),
                 builtin("calculator"),
                 builtin("http_get")}));
    QCOMPARE(m_box->find("local")->effectClass, EffectClass::Pure);
    QCOMPARE(m_box->find("nested")->effectClass, EffectClass::Outside);
}

/// They stand in the names of effects.
void TestConfiguredTools::stepsHavePlainNames()
{
    const auto added = add(
        {builtin("notes"), composite("odd", R"({"steps":[{"id":"a.1/b:2","tool":"notes"}]})")});
    QVERIFY(!added);
    QVERIFY(added.error().message.find("a.1/b:2") != std::string::npos);
}

void TestConfiguredTools::questionsAreNoTools()
{
    ToolConfig ask = builtin("ask_user");
    ask.builtin = "ask_user"; // as the reader of configurations makes it
    QVERIFY(add({ask}));
    QVERIFY(m_box->find("ask_user") == nullptr);
}

void TestConfiguredTools::parallelStepsStartTogether()
{
    QVERIFY(add({builtin("calculator"),
                 composite("sums",
                           R"({"parallel":true,"steps":[
      {"id":"a","tool":"calculator","arguments":{"expression":"1+1"}},
      {"id":"b","tool":"calculator","arguments":{"expression":"2+2"}}],
      "result":{"$template":"{/steps/a} and {/steps/b}"}})")}));
    ToolRun run(start(), "sums", "{}");
    QCOMPARE(m_nested.size(), std::size_t {2}); // before any of them could end
    QCOMPARE(run.told(), std::string("ok: 2 and 4"));
}

void TestConfiguredTools::plansThatCannotBeMeantAreRefused_data()
{
    QTest::addColumn<QByteArray>("options");
    QTest::addColumn<QByteArray>("told");
    const auto row = [](const char* options, const char* told) {
        QTest::newRow(told) << QByteArray(options) << QByteArray(told);
    };
    row(R"({"parallel":true,"steps":[{"id":"a","tool":"notes"},
         {"tool":"notes","arguments":{"key":[{"$template":"x{/steps/a}"}]}}]})",
        "steps: `2` takes from another step, but `parallel` starts all at once");
    row(R"({"allOrNothing":"yes","steps":[{"tool":"notes"}]})",
        "allOrNothing: expected true or false");
    row(R"({"steps":[{"id":"undo-a","tool":"notes"}]})", "steps[0].id: expected letters");
    row(R"({"steps":[{"tool":"notes","undo":{"arguments":{}}}]})",
        "steps[0].undo: expected the name of a tool");
    row(R"({"steps":[{"tool":"notes","undo":{"tool":"notes","arguments":[]}}]})",
        "steps[0].undo: `arguments`: expected an object");
}

void TestConfiguredTools::plansThatCannotBeMeantAreRefused()
{
    QFETCH(QByteArray, options);
    QFETCH(QByteArray, told);
    const auto added = add({builtin("notes"), composite("odd", options.constData())});
    QVERIFY(!added);
    QVERIFY2(added.error().message.starts_with(told.toStdString()), added.error().message.c_str());
}

void TestConfiguredTools::aGroupThatSucceedsKeepsWhatItDid()
{
    QVERIFY(add(reserving(
        reservations(R"({"id":"count","tool":"calculator","arguments":{"expression":"1+1"}})"))));
    ToolRun run(start(), "both", "{}");
    QCOMPARE(run.told(), std::string("ok: 2"));
    QCOMPARE(m_notes->texts.size(), std::size_t {2});
    QCOMPARE(m_nested.size(), std::size_t {3});
}

void TestConfiguredTools::aGroupIsTakenBackLastFirst()
{
    QVERIFY(add(reserving(reservations(kFails))));
    ToolRun run(start(), "both", "{}");
    QCOMPARE(run.told(), std::string("arguments: Step `count`: At character 4: division by zero."));
    QCOMPARE(run.outcome().text,
             std::string("Step `second` was taken back.\nStep `first` was taken back."));
    QVERIFY(m_notes->texts.empty());
    QCOMPARE(m_nested.size(), std::size_t {5});
    QCOMPARE(m_nested[3],
             std::string("call-1/undo-second reserve {\"action\":\"delete\",\"key\":\"b\"}"));
    QCOMPARE(m_nested[4],
             std::string("call-1/undo-first reserve {\"action\":\"delete\",\"key\":\"a\"}"));
}

/// What is told as an error has left nothing behind.
void TestConfiguredTools::aGroupWhoseResultCannotBeMadeIsTakenBack()
{
    QVERIFY(add(
        reserving(reservations(R"({"id":"ok","tool":"calculator","arguments":{"expression":"1"}})",
                               R"(,"result":{"$from":"/steps/none"})"))));
    ToolRun run(start(), "both", "{}");
    QCOMPARE(run.told(), std::string("composite: The result: `/steps/none` leads to nothing."));
    QVERIFY(m_notes->texts.empty());
}

void TestConfiguredTools::aFailedUndoIsToldAndKeepsNoOtherFromBeingMade()
{
    const char* const third = R"({"id":"third","tool":"notes",
        "arguments":{"action":"write","key":"c","text":"3"},
        "undo":{"tool":"notes","arguments":{"action":"delete","key":"never"}}},)";
    QVERIFY(add(reserving(reservations(std::string(third) + kFails))));
    ToolRun run(start(), "both", "{}");
    QCOMPARE(run.told(),
             std::string("not_undone: Step `count`: At character 4: division by zero.\n"
                         "Not everything could be taken back."));
    QCOMPARE(run.outcome().text,
             std::string("Step `second` was taken back.\nStep `first` was taken back.\n"
                         "Step `third` was NOT taken back, what it did may still be there: "
                         "`notes` did not work: There is no note \"never\"."));
    QCOMPARE(m_notes->texts.size(), std::size_t {1});
}

void TestConfiguredTools::whatCannotBeTakenBackIsTold()
{
    ToolConfig mail = builtin("notes");
    mail.name = "mail";
    mail.effectClass = "outside";
    auto tools = reserving(reservations(
        R"({"id":"mail","tool":"mail","arguments":{"action":"write","key":"m","text":"x"}},)"
        + std::string(kFails)));
    tools.push_back(mail);
    QVERIFY(add(tools));
    ToolRun run(start(), "both", "{}");
    QVERIFY(run.told().starts_with("not_undone: "));
    QVERIFY(run.outcome().text.find("Step `mail` was NOT taken back, what it did may still be "
                                    "there: nothing is declared that takes it back")
            != std::string::npos);
    QCOMPARE(m_notes->texts.size(), std::size_t {1});
}

void TestConfiguredTools::undoArgumentsCanUseTheResult()
{
    ToolConfig book = builtin("calculator");
    book.name = "book";
    book.undo.tool = "notes";
    book.undo.arguments = json::parse(
        R"({"action":"write","key":{"$from":"/input/expression"},"text":{"$template":"{/result}"}})");
    QVERIFY(add({builtin("calculator"),
                 builtin("notes"),
                 book,
                 composite("both",
                           R"({"allOrNothing":true,"steps":[
      {"id":"a","tool":"book","arguments":{"expression":"40+2"}},
      {"id":"b","tool":"book","arguments":{"expression":"1+1"},
       "undo":{"tool":"notes","arguments":{"action":"write","key":"b",
               "text":{"$template":"{/steps/a} then {/steps/b}"}}}},
      {"id":"c","tool":"calculator","arguments":{"expression":"1/0"}}]})")}));
    ToolRun run(start(), "both", "{}");
    QVERIFY(run.told().starts_with("arguments: "));
    QCOMPARE(m_notes->texts["40+2"], std::string("42"));
    QCOMPARE(m_notes->texts["b"], std::string("42 then 2"));
}

void TestConfiguredTools::callsMadeAtOnceEndBeforeAnythingIsTakenBack()
{
    QVERIFY(add(reserving(composite("both",
                                    (R"({"allOrNothing":true,"parallel":true,"steps":[)"
                                     + std::string(kFails) + "," + kTwoReservations + "]}")
                                        .c_str()))));
    ToolRun run(start(), "both", "{}");
    QVERIFY(run.told().starts_with("arguments: Step `count`"));
    QCOMPARE(m_nested.size(), std::size_t {5});
    QVERIFY(m_nested[3].starts_with("call-1/undo-second"));
    QVERIFY(m_nested[4].starts_with("call-1/undo-first"));
    QVERIFY(m_notes->texts.empty());
}

void TestConfiguredTools::aStoppedGroupIsTakenBack()
{
    QVERIFY(m_box->add(std::make_shared<HangingTool>()));
    QVERIFY(add(reserving(reservations(R"({"id":"wait","tool":"hang"})"))));
    ToolRun run(start(), "both", "{}");
    QTRY_COMPARE(m_nested.size(), std::size_t {3});
    run.cancel();
    QVERIFY(run.told().starts_with("cancelled: "));
    QVERIFY(m_notes->texts.empty());
    // It was stopped while it ran: nobody knows what it did.
    QVERIFY2(run.outcome().text.find("Step `wait` was NOT taken back") != std::string::npos,
             run.outcome().text.c_str());
}

void TestConfiguredTools::aGroupThatRunsOutOfTimeIsTakenBack()
{
    QVERIFY(m_box->add(std::make_shared<HangingTool>()));
    ToolConfig group = reservations(R"({"id":"wait","tool":"hang"})");
    group.timeout = tracestore::Duration {200'000'000};
    QVERIFY(add(reserving(group)));
    ToolRun run(start(), "both", "{}");
    // Whether the call that hung did anything, nobody knows.
    QVERIFY2(run.told().starts_with("not_undone: The tool gave no result within 200 milliseconds"),
             run.told().c_str());
    QVERIFY(m_notes->texts.empty());
    QVERIFY(run.outcome().text.find("Step `first` was taken back.") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestConfiguredTools)

#include "tst_configured_tools.moc"
