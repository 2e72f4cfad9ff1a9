// A window with runs that nobody has to run: for looking at how views behave while a trace grows.
#include "gui/app/main_window.h"
#include "gui/app/settings.h"
#include "gui/debug/debug_workspace.h"
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

    void debug(engine::RunId id, const engine::DebugOrder& order) override
    {
        Run& run = m_runs[id];
        if (std::holds_alternative<engine::PauseRun>(order)
            || std::holds_alternative<engine::StepRun>(order))
            run.pausesAt = run.spans + 1;
        if (std::holds_alternative<engine::ContinueRun>(order)
            || std::holds_alternative<engine::StepRun>(order))
            run.status.debug = {};
        if (std::holds_alternative<engine::InspectStep>(order))
            inspect(run);
        if (const auto* edit = std::get_if<engine::EditRequest>(&order)) {
            run.status.debug.pending.front().edits.push_back({edit->path, "890", edit->value});
            inspect(run);
        }
        if (std::holds_alternative<engine::UndoEdit>(order)) {
            run.status.debug.pending.front().edits.pop_back();
            inspect(run);
        }
        if (const auto* asked = std::get_if<engine::EvaluateExpression>(&order))
            emit evaluated(id, {asked->request, asked->expression, "890", {}});
        if (const auto* test = std::get_if<engine::SetTestMode>(&order))
            run.status.debug.isTestMode = test->isOn;
        emit statusChanged(run.status);
    }

private:
    struct Run
    {
        engine::RunStatus status;
        tests::GrowingTrace trace;
        int ticks = 0;
        std::size_t spans = 0;
        std::size_t pausesAt = 10;
        std::uint64_t stops = 0;
    };

    /// A step that is held, another that is held along, and one that runs.
    void pause(Run& run)
    {
        engine::DebugStatus& debug = run.status.debug;
        const std::string effect = "s" + std::to_string(run.spans - 1);
        debug.state = engine::DebugState::Paused;
        engine::PendingStep step;
        step.effect = effect;
        step.agent = "support-agent/resolver";
        step.name = "refund_order";
        step.stage = engine::PendingStep::Stage::HeldBefore;
        step.isStop = true;
        step.effectClass = engine::EffectClass::Outside;
        step.summary = R"({"order_id": "A-1043", "amount": 890.00, "reason": "arrived broken"})";
        step.reason = "breakpoint 2";
        engine::PendingStep along = step;
        along.effect = "s" + std::to_string(run.spans - 2);
        along.name = "notify_customer";
        along.isStop = false;
        engine::PendingStep running = along;
        running.effect = "other";
        running.name = "policy_search";
        running.stage = engine::PendingStep::Stage::Running;
        debug.pending = {step, along, running};
        debug.stop.emplace();
        debug.stop->number = ++run.stops;
        debug.stop->effect = effect;
        debug.stop->agent = step.agent;
        debug.stop->text = "Paused before tool call refund_order";
        debug.stop->hits
            = {{.id = 2, .number = 1, .values = {{"args.amount", "890.00"}}, .problem = {}}};
        debug.frames = {{.path = "support-agent",
                         .name = "support-agent",
                         .turn = 2,
                         .task = "My order A-1043 arrived broken, refund me"},
                        {.path = "support-agent/resolver",
                         .name = "resolver",
                         .turn = 3,
                         .task = "Refund what was paid",
                         .steps = {effect, along.effect, "other"}}};
        emit debugLogged(run.status.id,
                         {engine::DebugLine::Kind::Log, "policy_search said 503", effect});
        emit debugLogged(run.status.id,
                         {engine::DebugLine::Kind::Note, "snapshot before refund", effect});
    }

    void inspect(const Run& run)
    {
        engine::StepInspection step;
        step.effect = run.status.debug.pending.front().effect;
        step.agent = "support-agent/resolver";
        step.stage = engine::PendingStep::Stage::HeldBefore;
        const auto& edits = run.status.debug.pending.front().edits;
        step.request = R"({"tool":"refund_order","args":{"order_id":"A-1043","amount":)"
            + (edits.empty() ? "890.00" : edits.back().after) + R"(,"reason":"arrived broken"}})";
        step.schema = R"({"type":"object","properties":{"amount":{"type":"number"}}})";
        step.state = R"({"plan":[{"step":"look","status":"done"},{"step":"check the policy",)"
                     R"("status":"done"},{"step":"refund","status":"doing"}],"budget":)"
                     R"({"cost":0.0188,"steps":7},"notes":["arrived broken"]})";
        step.stateBefore = R"({"plan":[{"step":"look","status":"done"},{"step":"check the policy",)"
                           R"("status":"done"},{"step":"refund","status":"todo"}],"budget":)"
                           R"({"cost":0.0121,"steps":5}})";
        emit stepInspected(run.status.id, step);
    }

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
        if (status.state != RunState::Running || !status.debug.pending.empty())
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
        if (run.spans == run.pausesAt)
            pause(run);
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
    gui::DebugWorkspace workspace;
    engine::Breakpoint breakpoint;
    breakpoint.scope.tool = "search";
    workspace.add(breakpoint);
    breakpoint.condition = "args.amount > 500";
    workspace.add(breakpoint);
    DemoEngine engine(arguments.value(2, u"60"_s).toUInt());
    const gui::Services services {theme,
                                  settings,
                                  importers,
                                  exporters,
                                  {},
                                  theme.id(),
                                  arguments.value(3),
                                  {},
                                  &engine,
                                  &workspace};
    gui::MainWindow window(services);
    window.show();
    if (arguments.value(4) == u"run")
        window.startRun({u"demo.agent.json"_s, u"Where is my order?"_s, u"/tmp/run.kymo"_s});
    return QApplication::exec();
}
