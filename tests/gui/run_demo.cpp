// A window with runs that nobody has to run: for looking at how views behave while a trace grows.
#include "gui/app/main_window.h"
#include "gui/app/settings.h"
#include "gui/theme/theme.h"
#include "tests/support/fake_engine_service.h"
#include "tests/support/growing_trace.h"
#include "tracestore/register_builtins.h"

#include <QApplication>
#include <QTemporaryDir>
#include <QTimer>

#include <map>

using namespace Qt::StringLiterals;
using engine::RunState;

namespace {

/// Runs that go on a step every half second, speak, ask at the twelfth step and answer at the end.
class DemoEngine : public tests::FakeEngineService
{
public:
    explicit DemoEngine(std::size_t steps)
        : m_steps(steps)
    {
        m_timer.setInterval(100);
        QObject::connect(&m_timer, &QTimer::timeout, this, [this] {
            for (auto& [id, run] : m_runs)
                step(run);
        });
        m_timer.start();
    }

    engine::RunId start(const engine::RunRequest& request) override
    {
        const engine::RunId id = ++m_last;
        Run& run = m_runs[id];
        run.status.id = id;
        run.status.agent = "support-agent";
        run.status.input = request.input.toStdString();
        run.status.recordFile = request.recordFile;
        run.status.isScripted = true;
        return id;
    }

    void say(engine::RunId run, const QString&) override { go(run, RunState::Running); }

    void stop(engine::RunId run) override { go(run, RunState::Ended); }

    void answer(engine::RunId run, const std::string&, const QString&) override
    {
        m_runs[run].status.questions.clear();
        go(run, RunState::Running);
    }

    void close(engine::RunId run) override { m_runs.erase(run); }

private:
    struct Run
    {
        engine::RunStatus status;
        tests::GrowingTrace trace;
        int ticks = 0;
        std::size_t spans = 0;
    };

    void go(engine::RunId id, RunState state)
    {
        m_runs[id].status.state = state;
        emit statusChanged(m_runs[id].status);
    }

    void step(Run& run)
    {
        engine::RunStatus& status = run.status;
        if (status.state == RunState::Starting)
            status.state = RunState::Running;
        if (status.state != RunState::Running)
            return;
        ++run.ticks;
        status.figures.duration.ns = std::int64_t {run.ticks} * 100'000'000;
        if (run.spans % 3 == 0 && run.spans > 0)
            emit textGrown(status.id,
                           "s" + std::to_string(run.spans - 1),
                           u"The order A-%1 left the house and is on its way. "_s.arg(run.ticks));
        if (run.ticks % 5 == 0)
            grow(run);
        emit statusChanged(status);
    }

    void grow(Run& run)
    {
        engine::RunStatus& status = run.status;
        ++run.spans;
        const bool isOver = run.spans % m_steps == 0;
        emit traceGrown(status.id,
                        isOver ? run.trace.finished(run.spans) : run.trace.after(run.spans));
        status.figures.turns = static_cast<std::int64_t>((run.spans + 1) / 3);
        status.figures.modelCalls = static_cast<std::int64_t>(run.spans / 3);
        status.figures.toolCalls
            = static_cast<std::int64_t>(run.spans > 0 ? (run.spans - 1) / 3 : 0);
        status.figures.tokens = {.input = 100 * status.figures.modelCalls,
                                 .cacheRead = 60 * status.figures.modelCalls,
                                 .output = 10 * status.figures.modelCalls};
        status.figures.firstToken = tracestore::Duration {320'000'000};
        if (run.spans == 12) {
            status.state = RunState::Waiting;
            status.questions
                = {{"support-agent:4.1",
                    {"The agent wants to call refund_order, which reaches outside.",
                     {},
                     true,
                     R"({"tool":"refund_order","arguments":{"order_id":"A-1043","amount":890}})"}}};
            emit logged(status.id, u"server files: listening on stdio"_s);
        }
        if (isOver) {
            status.state = RunState::Idle;
            status.result
                = engine::AgentResult {engine::OutcomeStatus::Ok, "It is on its way.", {}};
        }
    }

    std::size_t m_steps;
    engine::RunId m_last = 0;
    std::map<engine::RunId, Run> m_runs;
    QTimer m_timer;
};

} // namespace

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const QTemporaryDir folder;
    gui::Settings settings(folder.filePath(u"desktop.ini"_s));
    gui::Theme theme(arguments.value(1, u"dark"_s));
    theme.applyTo(app);
    const auto importers = tracestore::builtinImporters();
    const auto exporters = tracestore::builtinExporters();
    DemoEngine engine(arguments.value(2, u"60"_s).toUInt());
    const gui::Services services {
        theme, settings, importers, exporters, {}, theme.id(), arguments.value(3), {}, &engine};
    gui::MainWindow window(services);
    window.show();
    if (arguments.value(4) == u"run")
        window.startRun({u"demo.agent.json"_s, u"Where is my order?"_s, u"/tmp/run.kymo"_s});
    return QApplication::exec();
}
