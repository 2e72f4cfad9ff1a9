#include "engine/tool/configured_tools.h"
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

QTEST_GUILESS_MAIN(TestConfiguredTools)

#include "tst_configured_tools.moc"
