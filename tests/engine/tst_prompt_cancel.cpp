// Models, tools and servers that hang: a step of theirs is given up alone within a second, and so
// is the run; nothing is left running.
#include "engine/tool/builtin/sandbox.h"
#include "tests/engine/debug_run.h"
#include "tests/support/process_list.h"

#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>

using namespace engine;
using namespace tests;

namespace {

constexpr qint64 kSoonMs = 1000;

/// Two rules: call a tool, and answer whatever came of it.
json callAndTell(const std::string& tool, json arguments)
{
    return {{"version", 1},
            {"rules",
             {{{"when", {{"turn", 1}}},
               {"answer", {{"calls", {{{"name", tool}, {"arguments", std::move(arguments)}}}}}}},
              {{"answer", {{"text", "Went on."}}}}}}};
}

bool canSandbox()
{
    if (bubblewrapProgram().isEmpty())
        return false;
    QProcess probe;
    probe.start(bubblewrapProgram(), sandboxArguments({}, "true"));
    return probe.waitForFinished(10'000) && probe.exitCode() == 0;
}

/// Takes connections and says nothing.
class SilentServer
{
public:
    SilentServer() { m_server.listen(QHostAddress::LocalHost); }

    [[nodiscard]] std::string address() const
    {
        return "http://127.0.0.1:" + std::to_string(m_server.serverPort()) + "/v1";
    }

    bool isAsked()
    {
        return waitFor([this] { return m_server.hasPendingConnections(); });
    }

private:
    QTcpServer m_server;
};

} // namespace

class TestPromptCancel : public QObject
{
    Q_OBJECT

private slots:
    void aSilentModelLetsGo();
    void aToolThatIgnoresTermLetsGo();
    void aHangingServerOfToolsLetsGo();
    void aStepOfASubAgentLetsGo();
    void theRunIsStoppedWhileSomethingHangs();

private:
    /// Gives the running step up, and says how long its outcome took.
    static qint64 giveUp(DebugRun& run, const std::string& effect)
    {
        QElapsedTimer clock;
        clock.start();
        run.order(CancelStep {effect});
        const bool isOver = waitFor([&] { return run.stageOf(effect) == "none"; }, 5000);
        return isOver ? clock.elapsed() : 5000;
    }
};

void TestPromptCancel::aSilentModelLetsGo()
{
    SilentServer server;
    json agent = scriptedAgent();
    agent["providers"] = {{{"name", "p"}, {"kind", "openai-chat"}, {"baseUrl", server.address()}}};
    DebugRun run(agent, {});
    run.start();
    QVERIFY(server.isAsked());
    QVERIFY(waitFor([&] { return run.stageOf("tester:1.1.1") == "running"; }));
    QVERIFY(giveUp(run, "tester:1.1.1") < kSoonMs);
    QVERIFY(run.reach(RunState::Idle)); // the agent has seen that there is no answer
    QCOMPARE(run.outcome("tester:1.1.1").status, OutcomeStatus::Cancelled);
    QCOMPARE(run.outcome("tester:1.1.1").origin, OutcomeOrigin::User);
    QCOMPARE(run.close(), std::string());
}

void TestPromptCancel::aToolThatIgnoresTermLetsGo()
{
    if (!canSandbox())
        QSKIP("bubblewrap is not installed here, or may not make namespaces");
    const std::string mark = "sleep 4711." + std::to_string(::getpid());
    json agent = scriptedAgent({{{"name", "shell"}, {"options", {{"root", "."}}}}});
    DebugRun run(agent, callAndTell("shell", {{"command", "trap '' TERM INT HUP; " + mark}}));
    run.start();
    QVERIFY(waitFor([&] {
        if (!run.status().questions.empty())
            static_cast<void>(
                run.session->answer(run.status().questions.front().effect, "allow").has_value());
        return processesWith(mark) > 0;
    }));
    const auto running = [&run] {
        for (const PendingStep& step : run.debug().pending) {
            if (step.kind == EffectKind::Tool && step.stage == PendingStep::Stage::Running)
                return step.effect;
        }
        return std::string();
    };
    QVERIFY(waitFor([&] { return !running().empty(); }));
    QVERIFY(giveUp(run, running()) < kSoonMs);
    QVERIFY(waitFor([&] { return processesWith(mark) == 0; }, 2000));
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Went on."));
}

void TestPromptCancel::aHangingServerOfToolsLetsGo()
{
    json agent = scriptedAgent();
    agent["servers"]
        = {{{"name", "stub"}, {"command", {KYMO_MCP_STUB, "2025-11-25", "deaf-to-term"}}}};
    const auto before = childProcesses();
    DebugRun run(agent, callAndTell("slow", json::object()));
    run.start();
    QVERIFY2(waitFor([&] { return run.stageOf("tester:2.1.1") == "running"; }), run.log.c_str());
    QVERIFY(giveUp(run, "tester:2.1.1") < kSoonMs);
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Went on."));
    QCOMPARE(run.close(), std::string());
    QVERIFY(waitFor([&] { return childProcesses() == before; }, 5000));
}

void TestPromptCancel::aStepOfASubAgentLetsGo()
{
    json agent = scriptedAgent();
    agent["pattern"] = "team";
    agent["servers"] = {{{"name", "stub"}, {"command", {KYMO_MCP_STUB, "2025-11-25"}}}};
    agent["agents"] = {{{"name", "helper"},
                        {"description", "Waits."},
                        {"model", {{"provider", "p"}, {"model", "h"}}}}};
    const auto call = [](const char* tool, json arguments) {
        return json {{"calls", {{{"name", tool}, {"arguments", std::move(arguments)}}}}};
    };
    const json script {
        {"version", 1},
        {"rules",
         {{{"when", {{"model", "h"}}}, {"answer", call("slow", json::object())}},
          {{"when", {{"turn", 1}}}, {"answer", call("delegate_to_helper", {{"task", "Wait."}})}},
          {{"answer", {{"text", "Went on."}}}}}}};
    DebugRun run(agent, script);
    run.start();
    QVERIFY2(waitFor([&] { return run.stageOf("tester/helper:2.1.1") == "running"; }),
             run.log.c_str());
    // The whole of the helper's work, by the step that asked for it.
    QVERIFY(giveUp(run, "tester:2.1.1") < kSoonMs);
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Went on."));
    QCOMPARE(run.stageOf("tester/helper:2.1.1"), std::string("none"));
    QCOMPARE(run.outcome("tester/helper:2.1.1").status, OutcomeStatus::Cancelled);
}

void TestPromptCancel::theRunIsStoppedWhileSomethingHangs()
{
    SilentServer server;
    json agent = scriptedAgent();
    agent["providers"] = {{{"name", "p"}, {"kind", "openai-chat"}, {"baseUrl", server.address()}}};
    DebugRun run(agent, {});
    run.start();
    QVERIFY(server.isAsked());
    run.order(PauseRun {});
    QElapsedTimer clock;
    clock.start();
    run.session->stop();
    QVERIFY(run.reach(RunState::Ended));
    QVERIFY(clock.elapsed() < kSoonMs);
    QCOMPARE(run.debug().state, DebugState::Running);
}

QTEST_GUILESS_MAIN(TestPromptCancel)
#include "tst_prompt_cancel.moc"
