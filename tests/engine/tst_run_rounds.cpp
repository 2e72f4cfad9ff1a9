#include "tests/engine/real_mcp_servers.h"
#include "tests/engine/run_samples.h"
#include "tests/support/model_server.h"
#include "tests/support/trace_text.h"

using namespace engine;
using namespace tests;
using tracestore::EffectEnded;

namespace {

constexpr const char* kKey = "sk-planted-0f9e8d7c6b5a4938";

/// Three rounds: a call, two calls at once, the answer.
constexpr const char* kScript = R"({"version":1,"rules":[
  {"when":{"turn":1},"answer":{"text":"First.","usage":{"input":1000,"output":10},
     "calls":[{"name":"echo","arguments":{"message":"one"}}]}},
  {"when":{"turn":2,"result":{"tool":"echo","isError":false,"equals":"Echo: one"}},
   "answer":{"usage":{"input":2000,"output":20},
     "calls":[{"name":"echo","arguments":{"message":"two"}},
              {"name":"echo","arguments":{"message":"three"}}]}},
  {"when":{"turn":3,"result":{"tool":"echo","equals":"Echo: two"}},
   "answer":{"text":"All echoed.","usage":{"input":3000,"output":30}}}]})";

std::unique_ptr<Script> script()
{
    auto parsed = Script::parse(kScript, "rounds");
    if (!parsed)
        qFatal("%s", parsed.error().message.c_str());
    return std::move(*parsed);
}

json agentFor(const ModelServer& server, const char* kind, bool isStreamed)
{
    return {{"name", "tester"},
            {"providers",
             {{{"name", "p"},
               {"kind", kind},
               {"baseUrl", server.baseUrl()},
               {"keyVariable", "KYMO_TEST_KEY"}}}},
            {"model",
             {{"provider", "p"},
              {"model", "small"},
              {"streamed", isStreamed},
              {"parameters", {{"max_tokens", 500}}}}}};
}

void addWires()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<bool>("isStreamed");
    for (const char* kind : {"openai-chat", "openai-responses", "anthropic"}) {
        for (const bool isStreamed : {false, true})
            QTest::addRow("%s%s", kind, isStreamed ? ", streamed" : "")
                << QByteArray(kind) << isStreamed;
    }
}

} // namespace

/// Whole rounds of models and tools over every wire, with tools of an MCP server.
class TestRunRounds : public QObject
{
    Q_OBJECT

private slots:

    void initTestCase() { qputenv("KYMO_TEST_KEY", kKey); }

    void toolsOfOurServer_data() { addWires(); }

    void toolsOfOurServer();

    void toolsOfARealServer_data() { addWires(); }

    void toolsOfARealServer();
    void aSubAgentCostsItsManager();

private:
    static void runRounds(const json& tools);
};

void TestRunRounds::runRounds(const json& tools)
{
    QFETCH(const QByteArray, kind);
    QFETCH(const bool, isStreamed);
    ModelServer server(script());
    QVERIFY(server.listen());
    json agent = agentFor(server, kind.constData(), isStreamed);
    agent["servers"] = {tools};
    SampleRun run(agent, nullptr);
    const auto file = run.folder->file("run.kymo");
    run.session->recordTo(file);
    run.session->start("Echo three times.");
    QVERIFY2(run.reach(RunState::Idle, 40'000), run.log.c_str());
    QVERIFY2(run.told() == "ok: All echoed.", (run.told() + '\n' + run.log).c_str());

    const RunFigures& figures = run.status().figures;
    QCOMPARE(figures.modelCalls, 3);
    QCOMPARE(figures.toolCalls, 3);
    QCOMPARE(figures.retries, 0);
    QCOMPARE(figures.errors, 0);
    QCOMPARE(figures.tokens.input.value_or(0), 6000);
    QCOMPARE(figures.tokens.output.value_or(0), 60);
    QVERIFY(figures.cost && std::abs(*figures.cost - (6000e-6 + 60e-5)) < 1e-12);
    QVERIFY(!run.status().isScripted);
    QCOMPARE(figures.firstToken.has_value(), isStreamed);
    QCOMPARE(run.events->deltas["tester:1.1.1"], std::string("First."));
    QCOMPARE(server.requests().size(), 3);
    for (const ServedRequest& request : server.requests()) {
        QCOMPARE(request.chat.isStreamed, isStreamed);
        const QByteArray sent
            = request.headers.value("authorization") + request.headers.value("x-api-key");
        QVERIFY(sent.endsWith(kKey));
    }

    QCOMPARE(run.close(), std::string());
    QVERIFY(contentOf(file).find(kKey) == std::string::npos);
    tracestore::Job job;
    const auto opened = tracestore::openRecording(file, job);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    const std::string text = fullText(**opened);
    QCOMPARE(QString::fromStdString(text),
             QString::fromStdString(fullText(*run.live->run.snapshot())));
    QVERIFY(text.find(kKey) == std::string::npos);
    QVERIFY(text.find("Echo: three") != std::string::npos);
}

void TestRunRounds::toolsOfOurServer()
{
    runRounds({{"name", "stub"}, {"command", {KYMO_MCP_STUB, "2025-11-25"}}});
}

void TestRunRounds::toolsOfARealServer()
{
    static const RealServers servers;
    if (!servers.problem().isEmpty())
        QSKIP(qPrintable(servers.problem()));
    const McpConfig config = servers.config("server-everything", {QStringLiteral("stdio")});
    runRounds({{"name", "everything"}, {"command", config.command}});
}

void TestRunRounds::aSubAgentCostsItsManager()
{
    const auto usage
        = [](std::int64_t input) { return tracestore::TokenUsage {.input = input, .output = 10}; };
    ModelServer server([&](const ServedRequest& request) {
        ScriptedAnswer answer = textAnswer("done");
        answer.response.model = request.chat.model;
        answer.response.usage = usage(700);
        if (request.chat.model == "small")
            return answer;
        answer.response.usage = usage(100);
        if (request.chat.messages.last().role == tracestore::Role::User) {
            answer.response.message.parts
                = {tracestore::ToolCallPart {"c1", "delegate_to_worker", R"({"task":"Work."})"}};
            answer.response.finishReason = "tool_calls";
        }
        return answer;
    });
    QVERIFY(server.listen());
    json agent = agentFor(server, "openai-chat", true);
    agent["pattern"] = "team";
    agent["model"]["model"] = "large"; // has no price
    agent["agents"] = {{{"name", "worker"}, {"model", {{"provider", "p"}, {"model", "small"}}}}};
    SampleRun run(agent, nullptr);
    run.session->start("Go.");
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: done"));
    const double cost = 700e-6 + 10e-5;
    for (const auto& event : run.events->events) {
        const auto* ended = std::get_if<EffectEnded>(&event->fact);
        if (ended == nullptr || ended->result != "done")
            continue;
        QVERIFY(ended->cost.has_value());
        QCOMPARE(ended->cost->amount, cost);
        QCOMPARE(ended->cost->source, tracestore::CostSource::Computed);
        QCOMPARE(ended->usage->input.value_or(0), 700);
    }
    QCOMPARE(run.status().figures.cost.value_or(0), cost); // counted once
    QCOMPARE(run.status().figures.tokens.input.value_or(0), 900);
}

QTEST_GUILESS_MAIN(TestRunRounds)

#include "tst_run_rounds.moc"
