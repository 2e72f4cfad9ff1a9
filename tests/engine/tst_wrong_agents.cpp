#include "engine/breakpoint/breakpoint_json.h"
#include "engine/config/agent_config_reader.h"
#include "engine/runtime/run_session.h"
#include "engine/runtime/system_world.h"
#include "tests/support/test_paths.h"

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

/// One of the agents that go wrong, with the breakpoints that stand beside it.
class DebuggedExample
{
public:
    explicit DebuggedExample(const QString& name)
    {
        auto config = engine::readAgentConfig(exampleFile(name + u".agent.json"_s));
        if (!config)
            qFatal("%s", config.error().message.c_str());
        const auto none = [](const std::string&) { return std::optional<std::string>(); };
        m_run = std::make_unique<RunSession>(
            1, std::move(*config), engine::RunWorld {m_clock, m_random, nullptr, none});
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

/// Each of the agents that go wrong has breakpoints in its folder: they stop at its first wrong
/// step.
class TestWrongAgents : public QObject
{
    Q_OBJECT

private slots:
    void stopsAtTheWrongStep_data();
    void stopsAtTheWrongStep();
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

QTEST_GUILESS_MAIN(TestWrongAgents)
#include "tst_wrong_agents.moc"
