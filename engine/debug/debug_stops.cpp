// How the debugger stops a run and lets it go on.
#include "engine/debug/debug_control.h"
#include "engine/debug/moment_kinds.h"
#include "engine/run/debugger_facts.h"

#include <algorithm>

namespace engine {
namespace {

    bool isHeld(const Gate::Pending& pending)
    {
        return pending.stage == Gate::Stage::HeldBefore || pending.stage == Gate::Stage::HeldAfter
            || pending.stage == Gate::Stage::HeldBetween;
    }

    /// With what a held step goes on that the debugger decided about.
    Gate::Release releaseOf(GateControl::Before decision)
    {
        if (auto* answer = std::get_if<GateControl::Answer>(&decision)) {
            Gate::Release with;
            if (answer->sentAs)
                with = releaseOf(std::move(*answer->sentAs));
            with.outcome = std::move(answer->outcome);
            with.delay = answer->delay;
            return with;
        }
        if (auto* change = std::get_if<GateControl::Change>(&decision))
            return {.request = std::move(change->request),
                    .effectClass = change->effectClass,
                    .edits = std::move(change->edits),
                    .delay = change->delay};
        if (const auto* late = std::get_if<GateControl::Delay>(&decision))
            return {.delay = late->duration};
        return {};
    }

} // namespace

/// What is held is told in the log, so that views show it before any intent is recorded.
void DebugControl::noteHold(const EffectId& id,
                            const Effect* effect,
                            const std::string& reason,
                            bool isAfter)
{
    const nlohmann::json details
        = isAfter ? nlohmann::json {{"after", true}} : nlohmann::json::object();
    if (effect != nullptr)
        m_world.log.record(id.agent, id.toText(), debuggerFact("hold", reason, *effect, details));
    else
        m_world.log.record(
            id.agent,
            {},
            tracestore::DecisionMade {std::string(kDebuggerPolicy), "hold", reason, "{}"});
}

void DebugControl::stopAt(const Moment& moment, Verdict verdict)
{
    const EffectId& id = moment.point.id;
    if (!verdict.holdsStepOnly) {
        m_isStopped = true;
        m_isPausing = false;
        m_runsTo = false;
        m_stepper.stop();
    }
    Step& step = m_steps[id];
    step.isStop = true;
    step.since = m_world.log.now();
    // What came of a hand-off or a question is no kind of its own.
    const bool isOther = moment.point.outcome != nullptr && moment.point.kinds.empty();
    const std::string text
        = "Paused " + (isOther ? "after " + moment.name : placeText(verdict.kind, moment.name));
    const bool isAfter = moment.point.outcome != nullptr && moment.point.decision == nullptr;
    noteHold(id, moment.point.effect, text + '.', isAfter);
    m_stop = DebugStop {.number = ++m_stopCount,
                        .cause = *verdict.cause,
                        .kind = verdict.kind,
                        .effect = id.toText(),
                        .agent = id.agent,
                        .hits = std::move(verdict.hits),
                        .isTestStop = verdict.isTestStop,
                        .text = text,
                        .event = m_world.log.lastNumber(),
                        .time = m_world.log.now()};
    keepStates();
    evaluateWatches(moment, true);
    tellSoon();
}

/// A step that was held along is the place where one stands now.
void DebugControl::stopAtHeld(const Gate::Pending& pending, DebugStop::Cause cause)
{
    const bool isBefore = pending.stage == Gate::Stage::HeldBefore;
    Step& step = m_steps[pending.effect.id];
    Moment moment = momentOf(
        pending.effect.id, &pending.effect, pending.outcome ? &*pending.outcome : nullptr);
    moment.point.kinds
        = isBefore ? kindsBefore(pending.effect) : kindsAfter(pending.effect, *pending.outcome);
    Verdict verdict;
    if (!std::exchange(step.isJudged, true))
        verdict = judge(moment, step.edits, false);
    verdict.holdsStepOnly = false;
    verdict.cause = verdict.cause.value_or(cause);
    if (verdict.hits.empty() && !moment.point.kinds.empty())
        verdict.kind = moment.point.kinds.front();
    stopAt(moment, std::move(verdict));
}

void DebugControl::keepStates()
{
    m_statesBefore = std::exchange(m_stopStates, {});
    for (const AgentFrame& frame : m_stack.frames()) {
        if (const AgentRun* agent = m_world.findAgent(frame.path))
            m_stopStates[frame.path] = agent->state();
    }
}

void DebugControl::evaluateWatches(const Moment& moment, bool isStop)
{
    if (m_watches.isEmpty())
        return;
    std::map<std::string, std::unique_ptr<Moment>> moments; // by agent; a subject refers to one
    std::vector<std::unique_ptr<tracestore::QuerySubject>> subjects;
    const auto subjectFor = [&](const Watch& watch) -> tracestore::QuerySubject* {
        std::string path = moment.point.id.agent;
        bool isOther
            = !watch.agent.empty() && watch.agent != path && watch.agent != m_stack.nameOf(path);
        if (isOther) {
            const auto frames = m_stack.frames();
            const auto meant = std::ranges::find_if(frames, [&](const AgentFrame& frame) {
                return frame.path == watch.agent || frame.name == watch.agent;
            });
            if (meant == frames.end())
                return nullptr;
            path = meant->path;
        }
        auto& known = moments[path];
        if (known == nullptr) {
            known = std::make_unique<Moment>(
                isOther ? momentOf({path, 0, 0, 0, {}}, nullptr, nullptr) : moment);
            known->point.state = nullptr;
            takeState(*known);
        }
        subjects.push_back(subjectOf(known->point));
        return subjects.back().get();
    };
    m_watches.evaluate(subjectFor, m_world.log.lastNumber(), moment.point.id.toText(), isStop);
}

/// Everything may go on; what is held is asked about again as it goes.
void DebugControl::goOn()
{
    m_isStopped = false;
    m_isPausing = false;
    m_stop.reset();
    m_free.clear();
    m_stepper.stop();
    m_runsTo = false;
}

void DebugControl::releaseHeld(const std::function<bool(const EffectId&)>& isMeant)
{
    for (const Gate::Pending& pending : m_world.gate.pending()) {
        if (m_isStopped) // one of them has stopped it again
            break;
        if (isHeld(pending) && isMeant(pending.effect.id))
            letGo(pending);
    }
    tellSoon();
}

void DebugControl::letGo(const Gate::Pending& pending)
{
    Step& step = m_steps[pending.effect.id];
    step.isStop = false;
    switch (pending.stage) {
    case Gate::Stage::HeldBefore:
        return letGoBefore(pending, step);
    case Gate::Stage::HeldAfter:
        return letGoAfter(pending, step);
    case Gate::Stage::HeldBetween:
        return letGoBetween(pending, step);
    default:
        break;
    }
}

/// With what the edits of a step let it go on. The attempts that follow are changed likewise: it
/// is the call that the user changed.
Gate::Release DebugControl::takeEdits(const Gate::Pending& pending, Step& step)
{
    const StepEdits edits = std::exchange(step.edits, {});
    Gate::Release with = edits.release(pending);
    if (with.request && !with.outcome)
        m_editedCalls[pending.effect.id.withAttempt(0)] = edits;
    return with;
}

void DebugControl::letGoBefore(const Gate::Pending& pending, Step& step)
{
    if (!step.isJudged) {
        Before decision = judgeBefore(pending.effect);
        if (!std::holds_alternative<Hold>(decision))
            release(pending.effect.id, releaseOf(std::move(decision)));
        return;
    }
    Gate::Release with = takeEdits(pending, step);
    if (!with.outcome)
        with = releaseOf(faultsFor(pending.effect, changeBy(pending.effect, std::move(with))));
    release(pending.effect.id, std::move(with));
}

void DebugControl::letGoAfter(const Gate::Pending& pending, Step& step)
{
    Gate::Release with;
    if (!step.isJudged) {
        auto decision = judgeAfter(pending.effect, *pending.outcome);
        if (std::holds_alternative<Hold>(decision))
            return;
        if (auto* answer = std::get_if<Answer>(&decision)) {
            with.outcome = std::move(answer->outcome);
            with.edits = std::move(answer->edits);
        }
    } else {
        with = std::exchange(step.edits, {}).release(pending);
    }
    release(pending.effect.id, std::move(with));
}

void DebugControl::letGoBetween(const Gate::Pending& pending, Step& step)
{
    const EffectId id = pending.effect.id;
    const bool isOfAgent = id.turn == 0;
    if (!step.isJudged) {
        const auto decisions = step.decisions;
        const auto outcome = step.outcome;
        const auto decision = judgeBetween(
            id, isOfAgent ? nullptr : &pending.effect, outcome, decisions, isOfAgent);
        if (std::holds_alternative<Hold>(decision))
            return;
    }
    m_steps.erase(id);
    release(id, {});
}

void DebugControl::release(const EffectId& id, Gate::Release with)
{
    if (auto released = m_world.gate.release(id, std::move(with)); !released)
        complain(released.error().message, id.toText());
}

/// The step at which one stood is gone: another one that is held takes its place.
void DebugControl::moveStop()
{
    if (!m_stop)
        return;
    const auto pending = m_world.gate.pending();
    const auto isThere
        = [&](const Gate::Pending& each) { return each.effect.id.toText() == m_stop->effect; };
    if (std::ranges::any_of(pending, isThere))
        return;
    auto next = std::ranges::find_if(pending, [&](const Gate::Pending& each) {
        return isHeld(each) && each.effect.id.agent == m_stop->agent;
    });
    if (next == pending.end())
        next = std::ranges::find_if(pending, isHeld);
    if (next == pending.end() || !m_isStopped) {
        m_stop.reset();
        return;
    }
    // What it stopped for is over.
    m_stop->effect = next->effect.id.toText();
    m_stop->agent = next->effect.id.agent;
    m_stop->hits.clear();
    m_stop->isTestStop = false;
    m_stop->cause = DebugStop::Cause::Step;
    const std::string name = nameOf(next->effect.request);
    const auto before = kindsBefore(next->effect);
    if (next->stage == Gate::Stage::HeldBefore && !before.empty())
        m_stop->kind = before.front();
    m_stop->text = "Paused "
        + (next->stage == Gate::Stage::HeldAfter ? "after " + name : placeText(m_stop->kind, name));
    m_steps[next->effect.id].isStop = true;
}

} // namespace engine
