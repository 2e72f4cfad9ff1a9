// What the debugger shows of a run and its steps.
#include "engine/debug/debug_control.h"
#include "engine/debug/moment_kinds.h"
#include "engine/run/debugger_facts.h"
#include "engine/run/step_form.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>

namespace engine {
namespace {

    constexpr std::size_t kMostSummary = 200;

    PendingStep::Stage stageOf(Gate::Stage stage)
    {
        switch (stage) {
        case Gate::Stage::HeldBefore:
            return PendingStep::Stage::HeldBefore;
        case Gate::Stage::HeldAfter:
            return PendingStep::Stage::HeldAfter;
        case Gate::Stage::HeldBetween:
            return PendingStep::Stage::HeldBetween;
        default:
            return PendingStep::Stage::Running;
        }
    }

    std::string shortLine(std::string_view text)
    {
        const bool isCut = text.size() > kMostSummary;
        return tracestore::safeLine(text.substr(0, kMostSummary)) + (isCut ? "…" : "");
    }

    /// Its arguments, or the last message.
    std::string summaryOf(const EffectRequest& request)
    {
        if (const auto* model = std::get_if<ModelCall>(&request))
            return model->request.messages.isEmpty()
                ? std::string()
                : shortLine(tracestore::plainText(model->request.messages.last()));
        if (const auto* tool = std::get_if<ToolCall>(&request))
            return shortLine(tool->arguments);
        if (const auto* task = std::get_if<AgentTask>(&request))
            return shortLine(task->task);
        if (const auto* question = std::get_if<UserQuestion>(&request))
            return shortLine(question->question);
        return shortLine(std::get<TimerWait>(request).reason);
    }

    std::string decisionsText(const std::vector<tracestore::DecisionMade>& decisions)
    {
        std::string text;
        for (const tracestore::DecisionMade& decision : decisions)
            text += (text.empty() ? "" : ", ") + decision.policy + ' ' + decision.action;
        return text.empty() ? "state changed" : text;
    }

    std::string stateText(const AgentState& state)
    {
        return tracestore::toJsonText(state.toJson());
    }

} // namespace

PendingStep DebugControl::shown(const Gate::Pending& pending) const
{
    const Effect& effect = pending.effect;
    PendingStep step {.effect = effect.id.toText(),
                      .agent = effect.id.agent,
                      .kind = kindOf(effect.request),
                      .name = nameOf(effect.request),
                      .stage = stageOf(pending.stage),
                      .reason = pending.reason,
                      .summary = summaryOf(effect.request),
                      .effectClass = effect.effectClass,
                      .edits = {}};
    if (pending.stage == Gate::Stage::HeldAfter && pending.outcome && !pending.outcome->response)
        step.summary = shortLine(pending.outcome->error ? pending.outcome->error->message
                                                        : pending.outcome->text);
    const auto known = m_steps.find(effect.id);
    if (known == m_steps.end())
        return step;
    step.isStop = known->second.isStop;
    step.since = known->second.since;
    step.edits = known->second.edits.list();
    if (!step.edits.empty() && pending.stage == Gate::Stage::HeldBefore)
        step.summary = summaryOf(known->second.edits.edited(effect).request);
    if (step.isStop && m_stop && m_stop->effect == step.effect)
        step.reason = m_stop->text + '.';
    if (pending.stage == Gate::Stage::HeldBetween) {
        step.name = decisionsText(known->second.decisions);
        step.summary = known->second.decisions.empty()
            ? ""
            : shortLine(known->second.decisions.front().reason);
        if (effect.id.turn == 0)
            step.kind = EffectKind::Agent;
    }
    return step;
}

/// Those of the turn of an agent which it wants again where its state is changed.
std::vector<Effect> DebugControl::answeredCalls(const std::string& path) const
{
    const AgentRun* agent = m_world.findAgent(path);
    std::vector<Effect> calls = agent == nullptr ? std::vector<Effect>() : agent->answeredCalls();
    for (const Gate::Pending& pending : m_world.gate.pending()) {
        if (pending.effect.id.agent == path && pending.stage == Gate::Stage::HeldAfter
            && pending.effect.id.part.empty())
            calls.push_back(pending.effect);
    }
    return calls;
}

DebugStatus DebugControl::status() const
{
    DebugStatus status {.stop = m_stop,
                        .pending = {},
                        .frames = m_stack.frames(),
                        .breakpoints = m_breakpoints.tallies(),
                        .faults = m_faults.tallies(),
                        .watches = m_watches.values(),
                        .isTestMode = m_testMode.isOn,
                        .allowedTools = m_testMode.allowedTools};
    for (AgentFrame& frame : status.frames) {
        frame.turn = m_history.turnOf({.agent = frame.path}, nullptr);
        for (const Effect& call : answeredCalls(frame.path))
            frame.answered.push_back(call.id.toText());
    }
    bool isHeld = m_isStopped && m_stop.has_value();
    for (const Gate::Pending& pending : m_world.gate.pending()) {
        PendingStep step = shown(pending);
        isHeld = isHeld || step.stage != PendingStep::Stage::Running;
        const auto frame = std::ranges::find(status.frames, step.agent, &AgentFrame::path);
        if (frame != status.frames.end())
            frame->steps.push_back(step.effect);
        status.pending.push_back(std::move(step));
    }
    if (m_stepper.isOn() || m_runsTo)
        status.state = DebugState::Stepping;
    else if (isHeld)
        status.state = DebugState::Paused;
    else if (m_isPausing)
        status.state = DebugState::Pausing;
    return status;
}

StepInspection DebugControl::inspection(const Gate::Pending& pending) const
{
    const Effect& effect = pending.effect;
    StepInspection step;
    step.effect = effect.id.toText();
    step.agent = effect.id.agent;
    step.kind = kindOf(effect.request);
    step.stage = stageOf(pending.stage);
    const auto known = m_steps.find(effect.id);
    static const StepEdits kNoEdits;
    const StepEdits& edits = known == m_steps.end() ? kNoEdits : known->second.edits;
    const bool isBefore = pending.stage == Gate::Stage::HeldBefore;
    if (effect.id.turn > 0) { // else it is a moment of an agent
        const Effect sent = isBefore ? edits.edited(effect) : effect;
        step.request = tracestore::toJsonText(formOf(sent.request));
        if (isBefore && !edits.isEmpty())
            step.requestBefore = tracestore::toJsonText(formOf(effect.request));
        if (const auto* model = std::get_if<ModelCall>(&sent.request))
            step.wire = m_world.wireOf(*model);
        if (const auto* tool = std::get_if<ToolCall>(&sent.request))
            step.schema = m_world.schemaOf(effect.id.agent, tool->tool);
    }
    if (const auto outcome = edits.edited(pending)) {
        step.outcome = tracestore::toJsonText(formOf(*outcome));
        if (!edits.isEmpty() && pending.outcome)
            step.outcomeBefore = tracestore::toJsonText(formOf(*pending.outcome));
    }
    if (const AgentRun* agent = m_world.findAgent(effect.id.agent))
        step.state = stateText(agent->state());
    if (const auto before = m_statesBefore.find(effect.id.agent); before != m_statesBefore.end())
        step.stateBefore = stateText(before->second);
    return step;
}

/// The step that is looked at has changed, perhaps.
void DebugControl::inspectAgain()
{
    if (m_inspected.empty())
        return;
    const auto pending = m_world.gate.pending();
    const auto found = std::ranges::find_if(pending, [this](const Gate::Pending& each) {
        return each.effect.id.toText() == m_inspected;
    });
    const auto known = found == pending.end() ? m_steps.end() : m_steps.find(found->effect.id);
    if (known == m_steps.end()) {
        m_inspected.clear();
        return;
    }
    Looked now {found->stage, known->second.edits.list()};
    if (now == m_looked)
        return;
    m_looked = std::move(now);
    emit inspected(inspection(*found));
}

} // namespace engine
