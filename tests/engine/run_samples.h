#pragma once

#include "engine/config/agent_config_reader.h"
#include "engine/runtime/run_session.h"
#include "engine/runtime/system_world.h"
#include "tests/support/engine_fakes.h"
#include "tests/support/temporary_folder.h"
#include "tracestore/analysis/price_table.h"
#include "tracestore/recording/open_recording.h"
#include "tracestore/recording/run_trace.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTest>
#include <QTimer>

/// Agents in a temporary folder and their runs, for tests of the runtime.
namespace tests {

using nlohmann::json;

/// As QTest::qWaitFor(), but without a sleep after each round of events, of which a run has many.
template<class Condition>
bool waitFor(const Condition& condition, int withinMs = 10'000)
{
    QElapsedTimer time;
    time.start();
    QTimer wake;
    wake.start(10);
    while (!condition() && time.elapsed() < withinMs)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return condition();
}

/// An agent named `tester` whose provider `p` is the script `s.json`.
inline json scriptedAgent(json tools = json::array())
{
    return {{"name", "tester"},
            {"providers", {{{"name", "p"}, {"kind", "script"}, {"script", "s.json"}}}},
            {"model", {{"provider", "p"}, {"model", "m"}}},
            {"tools", std::move(tools)}};
}

/// A script that calls one tool and answers with its result.
inline json callScript(const std::string& tool, json arguments)
{
    return {{"version", 1},
            {"rules",
             {{{"when", {{"result", {{"tool", tool}}}}}, {"answer", {{"text", "Got {{result}}"}}}},
              {{"answer", {{"calls", {{{"name", tool}, {"arguments", std::move(arguments)}}}}}}}}}};
}

/// A script that says one thing, after a while.
inline json sayScript(const std::string& text, int delayMs = 0)
{
    return {{"version", 1},
            {"pace", {{"delayMs", delayMs}}},
            {"rules", {{{"answer", {{"text", text}}}}}}};
}

/// Collects the trace of a run while it goes on.
class LiveTrace : public engine::RunObserver
{
public:
    explicit LiveTrace(const std::filesystem::path& title)
        : run(title.string())
    { }

    void onEvent(const engine::RunEventPtr& event) override { run.add(*event); }

    tracestore::RunTrace run;
};

/// A run of an agent whose files lie in a folder of its own.
class SampleRun
{
public:
    SampleRun(const json& agent,
              const json& script,
              std::shared_ptr<engine::SharedPolicyState> shared = {})
        : folder(std::make_unique<TemporaryFolder>())
    {
        writeFile(folder->file("a.agent.json"), agent.dump());
        if (!script.is_null())
            writeFile(folder->file("s.json"), script.dump());
        auto config = engine::readAgentConfig(folder->file("a.agent.json"));
        if (!config) {
            qWarning("%s", config.error().message.c_str());
            qFatal("the agent of a test is not right");
        }
        session = std::make_unique<engine::RunSession>(
            1,
            std::move(*config),
            engine::RunWorld {clock, random, prices(), &variable, std::move(shared)});
        session->add(events);
        live = std::make_shared<LiveTrace>(folder->file("run.kymo"));
        session->add(live);
        QObject::connect(session.get(), &engine::RunSession::logged, [this](const QString& line) {
            log += line.toStdString() + '\n';
        });
    }

    static std::optional<std::string> variable(const std::string& name)
    {
        if (!qEnvironmentVariableIsSet(name.c_str()))
            return {};
        return qgetenv(name.c_str()).toStdString();
    }

    /// A million tokens that the model `small` reads cost a dollar, and ten that it writes.
    static std::shared_ptr<const tracestore::PriceTable> prices();

    [[nodiscard]] const engine::RunStatus& status() const { return session->status(); }

    bool reach(engine::RunState state, int withinMs = 10'000)
    {
        return QTest::qWaitFor([&] { return status().state == state; }, withinMs);
    }

    /// The first question, once there is one.
    std::string question()
    {
        const bool isAsked = QTest::qWaitFor([&] { return !status().questions.empty(); }, 10'000);
        return isAsked ? status().questions.front().effect : std::string();
    }

    /// Waits until all is closed. What went wrong with that, or nothing.
    std::string close()
    {
        std::optional<std::string> closed;
        session->close([&](const tracestore::Result<void>& result) {
            closed = result ? "" : result.error().message;
        });
        if (!QTest::qWaitFor([&] { return closed.has_value(); }, 10'000))
            return "it was not closed in time";
        return *closed;
    }

    /// `ok: answer`, `error: reason`, or how it stands.
    [[nodiscard]] std::string told() const
    {
        const auto& result = status().result;
        if (!result)
            return "no result";
        return std::string(toWord(result->status)) + ": "
            + (result->status == engine::OutcomeStatus::Ok ? result->answer : result->reason);
    }

    std::unique_ptr<TemporaryFolder> folder;
    engine::SystemClock clock;
    engine::SystemRandom random;
    std::shared_ptr<EventList> events = std::make_shared<EventList>();
    std::shared_ptr<LiveTrace> live;
    std::string log;
    std::unique_ptr<engine::RunSession> session;
};

inline std::shared_ptr<const tracestore::PriceTable> SampleRun::prices()
{
    auto table = tracestore::PriceTable::parse(
        R"({"version":1,"currency":"USD","unit":"per_million_tokens","models":[{"provider":"p",
            "match":["small"],"prices":[{"from":"2020-01-01","input":1,"output":10}]}]})");
    if (!table)
        qFatal("%s", table.error().message.c_str());
    return std::make_shared<const tracestore::PriceTable>(std::move(*table));
}

} // namespace tests
