#include "gui/debug/run_debugger.h"

#include "gui/agents/run_texts.h"
#include "gui/debug/stop_texts.h"

namespace gui {

using engine::EngineService;
using engine::PendingStep;
using engine::RunId;

namespace {

    bool letsGoOn(const engine::DebugOrder& order)
    {
        return std::holds_alternative<engine::ContinueRun>(order)
            || std::holds_alternative<engine::StepRun>(order)
            || std::holds_alternative<engine::RunTo>(order);
    }

} // namespace

RunDebugger::RunDebugger(EngineService& engine, RunId run, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
    , m_run(run)
{
    m_status.id = run;
    connect(&engine, &EngineService::statusChanged, this, [this](const auto& status) {
        if (status.id == m_run)
            takeStatus(status);
    });
    connect(&engine, &EngineService::stepInspected, this, [this](RunId of, const auto& step) {
        if (of == m_run)
            takeInspection(step);
    });
    connect(&engine, &EngineService::evaluated, this, [this](RunId of, const auto& value) {
        if (of == m_run)
            emit evaluated(value);
    });
    connect(&engine, &EngineService::debugLogged, this, [this](RunId of, const auto& line) {
        if (of == m_run)
            emit logged(line);
    });
    connect(&engine, &EngineService::logged, this, [this](RunId of, const QString& line) {
        if (of == m_run)
            emit lineWritten(line);
    });
}

RunDebugger::~RunDebugger() = default;

const PendingStep* RunDebugger::step() const
{
    if (!m_isAlive)
        return nullptr;
    if (const PendingStep* chosen = pendingStep(debug(), m_chosen))
        return chosen;
    return debug().stop ? pendingStep(debug(), debug().stop->effect) : nullptr;
}

void RunDebugger::choose(const std::string& effect)
{
    if (effect == m_chosen || pendingStep(debug(), effect) == nullptr)
        return;
    m_chosen = effect;
    inspect();
}

void RunDebugger::setSetup(const engine::DebugSetup& setup, bool isKnown)
{
    m_setup = setup;
    if (!isKnown && m_isAlive)
        m_engine.debug(m_run, engine::SetDebugSetup {setup});
    emit changed();
}

void RunDebugger::order(const engine::DebugOrder& order)
{
    bool mayGoOn = true;
    if (letsGoOn(order))
        emit aboutToGoOn(mayGoOn);
    if (mayGoOn)
        m_engine.debug(m_run, order);
}

std::uint64_t RunDebugger::evaluate(const std::string& expression)
{
    const PendingStep* at = step();
    m_engine.debug(m_run,
                   engine::EvaluateExpression {
                       ++m_evaluations, expression, at == nullptr ? std::string() : at->effect});
    return m_evaluations;
}

void RunDebugger::reveal(const std::string& effect)
{
    choose(effect);
    emit revealRequested(effect);
}

void RunDebugger::takeStatus(const engine::RunStatus& status)
{
    const PendingStep* before = step();
    const PendingStep old = before == nullptr ? PendingStep() : *before;
    m_status = status;
    m_isAlive = isRunActive(status.state);
    // Nobody told it of ours when it began.
    if (status.isAttached && m_isAlive && !std::exchange(m_isSetupSent, true)
        && m_setup != engine::DebugSetup {})
        m_engine.debug(m_run, engine::SetDebugSetup {m_setup});
    const std::uint64_t stop = debug().stop ? debug().stop->number : m_lastStop;
    const bool isNewStop = m_isAlive && debug().stop && stop != m_lastStop;
    // A new stop is what one looks at, whatever was chosen before.
    if (isNewStop) {
        m_lastStop = stop;
        m_chosen.clear();
    }
    const PendingStep* now = step();
    const bool isOther = (now == nullptr) != old.effect.empty()
        || (now != nullptr && (now->effect != old.effect || now->stage != old.stage));
    if (isNewStop || isOther)
        inspect();
    else if (now != nullptr && now->edits != old.edits)
        emit stepChanged();
    emit changed();
    if (isNewStop)
        emit stopped();
}

void RunDebugger::inspect()
{
    const PendingStep* at = step();
    m_inspected = at == nullptr ? std::string() : at->effect;
    m_inspection.reset();
    if (at != nullptr)
        m_engine.debug(m_run, engine::InspectStep {at->effect});
    emit stepChanged();
}

void RunDebugger::takeInspection(const engine::StepInspection& step)
{
    if (step.effect != m_inspected)
        return;
    if (m_inspection == step)
        return;
    m_inspection = step;
    emit stepChanged();
}

} // namespace gui
