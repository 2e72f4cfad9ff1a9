#include "engine/config/agent_config_reader.h"
#include "engine/runtime/run_feed.h"
#include "engine/runtime/run_session.h"
#include "engine/runtime/system_world.h"
#include "gui/app/main_window.h"
#include "gui/app/run_tab.h"
#include "gui/app/settings.h"
#include "gui/app/trace_page.h"
#include "gui/theme/theme.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/support/fake_engine_service.h"
#include "tracestore/register_builtins.h"

#include <QAbstractEventDispatcher>
#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <memory>

namespace bench {
namespace {

    using namespace Qt::StringLiterals;

    constexpr QSize kScreen(1920, 1080);
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

    [[noreturn]] void stopHere(const char* why)
    {
        std::fprintf(stderr, "%s\n", why);
        std::exit(1);
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
    class Speaker : public QObject
    {
    public:
        /// `hear` makes the connections to a feed.
        Speaker(const History& history, std::function<void(engine::RunFeed&)> hear)
            : m_history(history)
            , m_hear(std::move(hear))
        {
            m_timer.setTimerType(Qt::PreciseTimer);
            connect(&m_timer, &QTimer::timeout, this, &Speaker::speak);
        }

        /// The feed is made on the thread on which it lives.
        void tellHistory()
        {
            m_feed = std::make_unique<engine::RunFeed>("bench");
            m_hear(*m_feed);
            for (const engine::RunEventPtr& event : m_history.events())
                m_feed->onEvent(event);
            m_feed->flush();
        }

        void start()
        {
            m_said = 0;
            m_clock.start();
            m_timer.start(1);
        }

        void stop() { m_timer.stop(); }

        /// On its thread, as it was made.
        void close() { m_feed.reset(); }

        [[nodiscard]] qint64 said() const { return m_said; }

    private:
        /// A timer that is late says more at once, as a socket does.
        void speak()
        {
            const qint64 due = m_clock.elapsed() * kChunksASecond / 1000;
            const engine::EffectId call = m_history.lastCall();
            for (; m_said < due; ++m_said) {
                engine::ChatDelta delta;
                delta.text = m_said % 20 == 19 ? "it arrives.\n\n" : "the order ";
                m_feed->onDelta(call, delta);
            }
        }

        const History& m_history;
        std::function<void(engine::RunFeed&)> m_hear;
        std::unique_ptr<engine::RunFeed> m_feed;
        QElapsedTimer m_clock;
        QTimer m_timer {this};
        qint64 m_said = 0;
    };

    double threadCpuMs()
    {
        timespec now {};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
    }

    /// What the GUI thread does between two waits: events and the painting that comes of them.
    /// Nothing is shown meanwhile, so this is what a frame costs.
    class Stretches
    {
    public:
        Stretches()
            : m_block(QObject::connect(QAbstractEventDispatcher::instance(),
                                       &QAbstractEventDispatcher::aboutToBlock,
                                       [this] { take(); }))
            , m_from(threadCpuMs())
        { }

        ~Stretches() { QObject::disconnect(m_block); }

        [[nodiscard]] std::vector<double> sorted() const
        {
            std::vector<double> all = m_all;
            std::ranges::sort(all);
            return all;
        }

    private:
        void take()
        {
            const double now = threadCpuMs();
            m_all.push_back(now - std::exchange(m_from, now));
        }

        QMetaObject::Connection m_block;
        double m_from;
        std::vector<double> m_all;
    };

    void waitMs(int ms)
    {
        QEventLoop loop;
        QTimer::singleShot(ms, &loop, &QEventLoop::quit);
        loop.exec();
    }

    /// The window of the program with the tab of a run.
    class ShownRun
    {
    public:
        ShownRun(gui::Theme& theme, const History& history)
            : m_settings(m_folder.filePath(u"desktop.ini"_s))
            , m_importers(tracestore::builtinImporters())
            , m_exporters(tracestore::builtinExporters())
            , m_services {theme,
                          m_settings,
                          m_importers,
                          m_exporters,
                          {},
                          theme.id(),
                          {},
                          {},
                          &m_engine}
            , m_window(m_services)
            , m_speaker(history, [this](engine::RunFeed& feed) { hear(feed); })
        {
            m_window.resize(kScreen);
            m_window.show();
            m_tab = m_window.startRun({u"bench.agent.json"_s, u"Go."_s, {}});
            m_speaker.moveToThread(&m_thread);
            m_thread.start();
            engine::RunStatus status;
            status.id = m_tab->run();
            status.state = engine::RunState::Running;
            status.agent = "bench";
            emit m_engine.statusChanged(status);
            order(&Speaker::tellHistory);
            waitMs(2000); // pictures are made meanwhile
            if (m_tab->page() == nullptr)
                stopHere("The history was not shown.");
        }

        ~ShownRun()
        {
            order(&Speaker::stop);
            order(&Speaker::close);
            m_thread.quit();
            m_thread.wait();
        }

        /// One of the views in the middle.
        bool showCentre(const QString& name)
        {
            const auto views = m_tab->page()->centreViews();
            const auto view = std::ranges::find(views, name, &QWidget::objectName);
            if (view == views.end())
                return false;
            m_tab->page()->showView(*view);
            waitMs(1000);
            return true;
        }

        std::vector<double> watch(bool isSpeaking)
        {
            if (isSpeaking)
                order(&Speaker::start);
            waitMs(500);
            Stretches stretches;
            const qint64 before = m_heard;
            waitMs(kSeconds * 1000);
            m_lastHeard = m_heard - before;
            order(&Speaker::stop);
            return stretches.sorted();
        }

        [[nodiscard]] qint64 lastHeard() const { return m_lastHeard; }

        [[nodiscard]] QStringList centreNames() const
        {
            QStringList names;
            for (const QWidget* view : m_tab->page()->centreViews())
                names << view->objectName();
            return names;
        }

    private:
        void hear(engine::RunFeed& feed)
        {
            QObject::connect(
                &feed, &engine::RunFeed::traceGrown, &m_engine, [this](const auto& trace) {
                    emit m_engine.traceGrown(m_tab->run(), trace);
                });
            QObject::connect(&feed,
                             &engine::RunFeed::textGrown,
                             &m_engine,
                             [this](const std::string& effect, const QString& text) {
                                 m_heard += text.size();
                                 emit m_engine.textGrown(m_tab->run(), effect, text);
                             });
        }

        void order(void (Speaker::*what)())
        {
            QMetaObject::invokeMethod(
                &m_speaker, [this, what] { (m_speaker.*what)(); }, Qt::BlockingQueuedConnection);
        }

        QTemporaryDir m_folder;
        gui::Settings m_settings;
        tracestore::ImporterRegistry m_importers;
        tracestore::ExporterRegistry m_exporters;
        tests::FakeEngineService m_engine;
        gui::Services m_services;
        gui::MainWindow m_window;
        gui::RunTab* m_tab = nullptr;
        Speaker m_speaker;
        QThread m_thread;
        qint64 m_heard = 0; ///< characters
        qint64 m_lastHeard = 0;
    };

    double sumOf(const std::vector<double>& values)
    {
        double sum = 0;
        for (const double value : values)
            sum += value;
        return sum;
    }

    void compare(ShownRun& run, const QString& view)
    {
        if (!run.showCentre(view))
            stopHere("There is no such view in the middle.");
        const std::string name = view.toStdString();
        const auto quiet = run.watch(false);
        const auto speaking = run.watch(true);
        if (quiet.empty() || speaking.empty() || run.lastHeard() == 0)
            stopHere("Nothing happened in the window.");
        const auto ms = [](const std::vector<double>& all) { return sumOf(all) / kSeconds; };
        constexpr double kCharactersAPiece = 10.15;
        printFigure(name + ": pieces a second that were shown",
                    static_cast<double>(run.lastHeard()) / kCharactersAPiece / kSeconds);
        printFigure(name + ": ms CPU of a second, nothing is said", ms(quiet));
        printFigure(name + ": ms CPU of a second, 1,000 pieces are said", ms(speaking));
        printFigure(name + ": longest frame, nothing is said, ms CPU", quiet.back());
        printFigure(name + ": 99 % of frames, ms CPU", speaking[speaking.size() * 99 / 100]);
        printGoal(name + ": longest frame, ms CPU", speaking.back(), kFrameMs);
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
    ShownRun run(theme, history);
    for (const QString& view : run.centreNames())
        compare(run, view);
}

} // namespace bench
