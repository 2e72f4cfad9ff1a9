#include "engine/branch/make_fork.h"
#include "engine/breakpoint/breakpoint_json.h"
#include "engine/config/agent_config_reader.h"
#include "engine/runtime/run_session.h"
#include "engine/runtime/system_world.h"
#include "tests/engine/continued_run.h"
#include "tests/support/test_paths.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace {

using namespace Qt::StringLiterals;
using engine::DebugStatus;
using engine::RunSession;

std::filesystem::path exampleFile(const QString& name)
{
    return tests::examplesDir() / "agents/wrong" / name.toStdString();
}

std::string contentOf(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

engine::AgentConfig exampleAgent(const QString& name)
{
    auto config = engine::readAgentConfig(exampleFile(name + u".agent.json"_s));
    if (!config)
        qFatal("%s", config.error().message.c_str());
    return std::move(*config);
}

/// One of the agents that go wrong, with the breakpoints that stand beside it.
class DebuggedExample
{
public:
    explicit DebuggedExample(const QString& name)
    {
        const auto none = [](const std::string&) { return std::optional<std::string>(); };
        m_run = std::make_unique<RunSession>(
            1, exampleAgent(name), engine::RunWorld {m_clock, m_random, nullptr, none});
        auto setup = engine::readDebugSetup(contentOf(exampleFile(name + u".breakpoints.json"_s)));
        if (!setup)
            qFatal("%s", setup.error().message.c_str());
        m_run->setDebug({.setup = std::move(*setup)});
        m_run->start(contentOf(exampleFile(name + u".input.txt"_s)));
    }

    [[nodiscard]] const DebugStatus& status() const { return m_run->status().debug; }

    [[nodiscard]] bool isAtRest() const
    {
        const engine::RunState state = m_run->status().state;
        const bool isNewStop = status().stop && status().stop->number > m_lastStop;
        return isNewStop || state == engine::RunState::Idle || state == engine::RunState::Ended;
    }

    void goOn()
    {
        m_lastStop = status().stop ? status().stop->number : 0;
        m_run->debug(engine::ContinueRun {});
    }

    /// `2.1 before_tool sales_list`; empty where nothing stopped it.
    [[nodiscard]] QString stop() const
    {
        if (!status().stop)
            return {};
        const engine::DebugStop& stop = *status().stop;
        const auto held
            = std::ranges::find(status().pending, stop.effect, &engine::PendingStep::effect);
        const std::string id = stop.effect.substr(stop.effect.find(':') + 1);
        return QString::fromStdString(id) + u' ' + QString::fromUtf8(infoOf(stop.kind).word) + u' '
            + QString::fromStdString(held == status().pending.end() ? "?" : held->name);
    }

private:
    engine::SystemClock m_clock;
    engine::SystemRandom m_random;
    std::unique_ptr<RunSession> m_run;
    std::uint64_t m_lastStop = 0; ///< from which it was let go
};

} // namespace

/// Records one of them to its end. Empty, or what went wrong.
std::string recordExample(const QString& name, const std::filesystem::path& file)
{
    engine::SystemClock clock;
    engine::SystemRandom random;
    RunSession run(1, exampleAgent(name), {clock, random, nullptr, &tests::SampleRun::variable});
    run.recordTo(file);
    run.start(contentOf(exampleFile(name + u".input.txt"_s)));
    const auto isAtRest = [&] {
        const engine::RunState state = run.status().state;
        return state == engine::RunState::Idle || state == engine::RunState::Ended;
    };
    if (!QTest::qWaitFor(isAtRest, 20'000))
        return "not in time";
    std::optional<std::string> problem;
    run.close([&](const auto& closed) { problem = closed ? "" : closed.error().message; });
    static_cast<void>(QTest::qWaitFor([&] { return problem.has_value(); }, 10'000));
    return problem.value_or("not closed in time");
}

/// Each of the agents that go wrong has breakpoints in its folder: they stop at its first wrong
/// step. A fork there that sets it right comes to a right answer.
class TestWrongAgents : public QObject
{
    Q_OBJECT

private slots:
    void stopsAtTheWrongStep_data();
    void stopsAtTheWrongStep();
    void aForkMendsIt_data();
    void aForkMendsIt();
};

void TestWrongAgents::stopsAtTheWrongStep_data()
{
    QTest::addColumn<QStringList>("stops");
    // A model call and the calls that it asks for have numbers of their own.
    QTest::newRow("loops") << QStringList {u"4.1.1 before_tool products"_s};
    QTest::newRow("ignores-error") << QStringList {u"3.1.1 after_model ignores-error-script"_s};
    QTest::newRow("bad-arguments") << QStringList {u"2.1.1 error orders"_s,
                                                   u"4.1.1 error orders"_s,
                                                   u"6.1.1 error orders"_s,
                                                   u"8.1.1 before_tool orders"_s};
    QTest::newRow("loses-context") << QStringList {u"5.1.1 after_model loses-context-script"_s};
    QTest::newRow("wrong-tool") << QStringList {u"2.1.1 before_tool sales_list"_s};
}

void TestWrongAgents::stopsAtTheWrongStep()
{
    QFETCH(QStringList, stops);
    DebuggedExample example(QString::fromUtf8(QTest::currentDataTag()));
    for (const QString& stop : stops) {
        QTRY_VERIFY_WITH_TIMEOUT(example.isAtRest(), 20'000);
        QCOMPARE(example.stop(), stop);
        example.goOn();
    }
}

void TestWrongAgents::aForkMendsIt_data()
{
    QTest::addColumn<QString>("agent");
    QTest::addColumn<QString>("step");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("answer");
    const auto row = [](const char* name, const char* agent, const char* step, const char* path) {
        return &(QTest::newRow(name)
                 << QString::fromUtf8(agent) << QString::fromUtf8(step) << QString::fromUtf8(path));
    };
    *row("loops, other arguments", "loops", "4.1", "request.args")
        << uR"({"sql": "SELECT name, cents FROM products"})"_s
        << u"There is no espresso machine in our list of products."_s;
    *row("loops, told in the result", "loops", "4.1", "outcome.result")
        << uR"("There is no such product, and asking again will not change that.")"_s
        << u"There is no espresso machine among our products."_s;
    *row("loops, told in the prompt", "loops", "3.1", "request.system")
        << uR"("You find products. Where a search finds nothing, say so.")"_s
        << u"There is no espresso machine among our products."_s;
    *row("ignores-error, told in the prompt", "ignores-error", "3.1", "request.system")
        << uR"("You say what things cost. Where a file cannot be read, say so.")"_s
        << u"I could not look it up, so I do not know what it costs: There is no "
           "`prices-2026.txt`."_s;
    *row("ignores-error, the file is there", "ignores-error", "2.1", "outcome.result")
        << uR"("grinder: 79.00 EUR")"_s << u"The list says:\ngrinder: 79.00 EUR"_s;
    *row("bad-arguments, the right order", "bad-arguments", "8.1", "request.args.parameters")
        << uR"(["1042"])"_s << u"Order 1042 of Mara Lindholm is delivered."_s;
    *row("bad-arguments, told in the prompt", "bad-arguments", "1.1", "request.system")
        << uR"("orders takes sql with a ? for each value, and the values as parameters.")"_s
        << u"Order 1042 of Mara Lindholm is delivered."_s;
    *row("loses-context, another summary", "loses-context", "5.1", "outcome.message.text")
        << uR"("Mr. Bell (table 7) must not eat nuts. The list of cakes was asked for.")"_s
        << u"Lemon cake: there are no nuts in it."_s;
    *row("loses-context, told in the prompt", "loses-context", "5.1", "request.system")
        << uR"("You write the summary of a conversation. Keep what guests must not eat.")"_s
        << u"Lemon cake: there are no nuts in it."_s;
    *row("wrong-tool, told in the prompt", "wrong-tool", "1.1", "request.system")
        << uR"("You answer questions about sales. From 2025 on, ask the database.")"_s
        << u"We sold 2 lamps in May 2025."_s;
}

void TestWrongAgents::aForkMendsIt()
{
    QFETCH(QString, agent);
    QFETCH(QString, step);
    QFETCH(QString, path);
    QFETCH(QString, value);
    QFETCH(QString, answer);
    const QTemporaryDir folder;
    const auto file = std::filesystem::path(folder.path().toStdString()) / "run.kymo";
    QCOMPARE(recordExample(agent, file), std::string());
    const auto fork = engine::makeFork({.recording = file,
                                        .effect = QString(agent + u':' + step).toStdString(),
                                        .edits = {{path.toStdString(), value.toStdString()}},
                                        .name = "mended"},
                                       tracestore::Timestamp {1});
    QVERIFY2(fork, fork ? "" : fork.error().message.c_str());
    const tests::Continued run(fork->file);
    QCOMPARE(QString::fromStdString(run.told), QString(u"ok: "_s + answer));
}

QTEST_GUILESS_MAIN(TestWrongAgents)
#include "tst_wrong_agents.moc"
