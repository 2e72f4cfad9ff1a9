#include "engine/config/agent_config_reader.h"
#include "engine/runtime/run_feed.h"
#include "engine/runtime/run_session.h"
#include "engine/runtime/system_world.h"
#include "gui/theme/theme.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/shown_run.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTimer>

#include <cstdio>
#include <fstream>
#include <memory>

namespace bench {
namespace {

    using namespace Qt::StringLiterals;

    constexpr int kTurns = 100; ///< before the answer that streams
    constexpr int kChunksASecond = 1000;
    constexpr int kSeconds = 10;
    constexpr double kFrameMs = 16;

    constexpr const char* kAgent = R"({"name":"bench",
      "providers":[{"name":"p","kind":"script","script":"bench.script.json"}],
      "model":{"provider":"p","model":"m"},
      "tools":[{"name":"calculator"}],
      "policies":{"loopGuard":{"on":false}}})";

    /// Turns of a model call and a tool, then an answer that does not come.
    std::string scriptText()
    {
        return R"({"version":1,"rules":[{"when":{"turn":{"from":1,"to":)" + std::to_string(kTurns)
            + R"(}},"answer":{"text":"I count.","calls":[{"name":"calculator",)"
              R"("arguments":{"expression":"6*7"}}]}},)"
              R"({"pace":{"delayMs":600000},"answer":{"text":"late"}}]})";
    }

    /// The events of a run up to a model call that is under way.
    class History : public engine::RunObserver
    {
    public:
        explicit History(const std::filesystem::path& folder)
        {
            std::ofstream(folder / "bench.agent.json") << kAgent;
            std::ofstream(folder / "bench.script.json") << scriptText();
            auto config = engine::readAgentConfig(folder / "bench.agent.json");
            if (!config)
                stopHere(config.error().message.c_str());
            const auto none = [](const std::string&) { return std::optional<std::string>(); };
            engine::RunSession session(1, std::move(*config), {m_clock, m_random, nullptr, none});
            // Owned by this; the session only borrows it.
            session.add(std::shared_ptr<engine::RunObserver>(this, [](engine::RunObserver*) {}));
            session.start("Go.");
            QElapsedTimer clock;
            clock.start();
            while (m_calls <= kTurns && clock.elapsed() < 60'000)
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 100);
            if (m_calls <= kTurns)
                stopHere("The run that makes the history ended early.");
            m_isOver = true;
        }

        void onEvent(const engine::RunEventPtr& event) override
        {
            if (m_isOver)
                return;
            m_events.push_back(event);
            const auto* wanted = std::get_if<tracestore::EffectWanted>(&event->fact);
            if (wanted == nullptr || wanted->kind != engine::EffectKind::Model)
                return;
            m_lastCall = event->effect;
            ++m_calls;
        }

        [[nodiscard]] const std::vector<engine::RunEventPtr>& events() const { return m_events; }

        /// The call that is under way: `bench:101.1.1`.
        [[nodiscard]] engine::EffectId lastCall() const
        {
            engine::EffectId id;
            id.agent = m_lastCall.substr(0, m_lastCall.find(':'));
            if (std::sscanf(m_lastCall.c_str() + id.agent.size(),
                            ":%u.%u.%u",
                            &id.turn,
                            &id.ordinal,
                            &id.attempt)
                != 3)
                stopHere("The name of a call is not what it was.");
            return id;
        }

    private:
        engine::SystemClock m_clock;
        engine::SystemRandom m_random;
        std::vector<engine::RunEventPtr> m_events;
        std::string m_lastCall;
        int m_calls = 0; ///< of the model
        bool m_isOver = false;
    };

    /// What the engine's thread does while a model speaks: so many pieces a second into the feed.
    class Speaker : public QTimer
    {
    public:
        Speaker(engine::RunFeed& feed, engine::EffectId call)
            : m_feed(feed)
            , m_call(std::move(call))
        {
            setTimerType(Qt::PreciseTimer);
            connect(this, &QTimer::timeout, this, &Speaker::speak);
            m_clock.start();
            QTimer::start(1);
        }

    private:
        /// A timer that is late says more at once, as a socket does.
        void speak()
        {
            const qint64 due = m_clock.elapsed() * kChunksASecond / 1000;
            for (; m_said < due; ++m_said) {
                engine::ChatDelta delta;
                delta.text = m_said % 20 == 19 ? "it arrives.\n\n" : "the order ";
                m_feed.onDelta(m_call, delta);
            }
        }

        engine::RunFeed& m_feed;
        engine::EffectId m_call;
        QElapsedTimer m_clock;
        qint64 m_said = 0;
    };

    /// The stretches of some seconds, and how many characters came in them.
    struct Watched
    {
        std::vector<double> stretches;
        qint64 heard = 0;
    };

    Watched watch(ShownRun& run, const History* speaking)
    {
        std::unique_ptr<Speaker> speaker;
        if (speaking != nullptr)
            run.onFeed([&](engine::RunFeed& feed) {
                speaker = std::make_unique<Speaker>(feed, speaking->lastCall());
            });
        waitMs(500);
        Stretches stretches;
        const qint64 before = run.heard();
        waitMs(kSeconds * 1000);
        run.onFeed([&](engine::RunFeed&) { speaker.reset(); });
        return {stretches.sorted(), run.heard() - before};
    }

    double sumOf(const std::vector<double>& values)
    {
        double sum = 0;
        for (const double value : values)
            sum += value;
        return sum;
    }

    void compare(ShownRun& run, const History& history, const QString& view)
    {
        run.showCentre(view);
        const std::string name = view.toStdString();
        const Watched quiet = watch(run, nullptr);
        const Watched speaking = watch(run, &history);
        const auto& frames = speaking.stretches;
        if (quiet.stretches.empty() || frames.empty() || speaking.heard == 0)
            stopHere("Nothing happened in the window.");
        const auto ms = [](const std::vector<double>& all) { return sumOf(all) / kSeconds; };
        constexpr double kCharactersAPiece = 10.15;
        printFigure(name + ": pieces a second that were shown",
                    static_cast<double>(speaking.heard) / kCharactersAPiece / kSeconds);
        printFigure(name + ": ms CPU of a second, nothing is said", ms(quiet.stretches));
        printFigure(name + ": ms CPU of a second, 1,000 pieces are said", ms(frames));
        printFigure(name + ": longest frame, nothing is said, ms CPU", quiet.stretches.back());
        printFigure(name + ": 99 % of frames, ms CPU", frames[frames.size() * 99 / 100]);
        printGoal(name + ": longest frame, ms CPU", frames.back(), kFrameMs);
    }

} // namespace

void benchStream(const BenchOptions&)
{
    qRegisterMetaType<std::string>("std::string");
    qRegisterMetaType<tracestore::TracePtr>("tracestore::TracePtr");
    const QTemporaryDir folder;
    History history(folder.path().toStdString());
    gui::Theme theme(u"dark"_s);
    theme.applyTo(*qApp);
    ShownRun run(theme, history.events());
    for (const QString& view : run.centreNames())
        compare(run, history, view);
}

} // namespace bench
