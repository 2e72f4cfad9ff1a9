// What the debugger makes of the moments of a run.
#include "engine/debug/debug_control.h"

#include "engine/debug/moment_kinds.h"
#include "engine/run/debugger_facts.h"

#include <QMetaObject>
#include <QPointer>

#include <algorithm>

namespace engine {

/// Hears the events of the run for its debugger.
class DebugControl::Ear : public RunObserver
{
public:
    explicit Ear(DebugControl& control)
        : m_control(&control)
    { }

    void onEvent(const RunEventPtr& event) override
    {
        if (m_control != nullptr)
            m_control->onEvent(*event);
    }

    void onDelta(const EffectId& effect, const ChatDelta&) override
    {
        if (m_control != nullptr)
            m_control->onDelta(effect);
    }

private:
    QPointer<DebugControl> m_control;
};

DebugControl::DebugControl(World world, const DebugStart& start)
    : m_world(std::move(world))
    , m_ear(std::make_shared<Ear>(*this))
    , m_stepper(m_stack)
    , m_testMode(start.testMode)
    , m_stopsAtEntry(start.stopsAtEntry)
{
    m_world.log.add(m_ear);
    m_world.gate.add(*this);
    obey(SetDebugSetup {start.setup});
}

DebugControl::~DebugControl() = default;

void DebugControl::onEvent(const tracestore::RunEvent& event)
{
    m_stack.take(event);
    if (std::holds_alternative<tracestore::AgentEnded>(event.fact)) {
        m_lastStates.erase(event.agent);
        if (event.agent.find('/') == std::string::npos) {
            m_stepper.stop();
            tellSoon();
        }
    }
}

void DebugControl::hear(const std::vector<RunEventPtr>& events)
{
    for (const RunEventPtr& event : events)
        m_stack.take(*event);
}

/// With which the next one is compared.
void DebugControl::keepFirstState(const std::string& path)
{
    const bool isAskedFor = m_breakpoints.waitsFor(StopKind::StateChange) || !m_watches.isEmpty();
    if (!isAskedFor || m_lastStates.contains(path))
        return;
    if (const AgentRun* agent = m_world.findAgent(path))
        m_lastStates[path] = agent->state().toJson();
}

/// Nothing waits for anything: what passes is not looked at.
bool DebugControl::isQuiet() const
{
    return !m_isStopped && !m_isPausing && !m_stopsAtEntry && !m_runsTo && !m_testMode.isOn
        && !m_stepper.isOn() && m_breakpoints.list().empty() && !m_faults.isActive();
}

DebugControl::Moment
DebugControl::momentOf(const EffectId& id, const Effect* effect, const Outcome* outcome)
{
    Moment moment;
    StopPoint& point = moment.point;
    point.id = id;
    point.agentName = m_stack.nameOf(id.agent);
    point.session = m_world.session;
    point.effect = effect;
    point.outcome = outcome;
    point.history = &m_history;
    moment.name = effect == nullptr ? point.agentName : nameOf(effect->request);
    if (const auto step = m_steps.find(id); step != m_steps.end())
        point.begin = step->second.begin;
    return moment;
}

/// The state of the agent, where it is not there yet.
void DebugControl::takeState(Moment& moment)
{
    if (moment.point.state != nullptr)
        return;
    const AgentRun* agent = m_world.findAgent(moment.point.id.agent);
    if (agent == nullptr)
        return;
    moment.state = agent->state().toJson();
    moment.point.state = &moment.state;
}

std::vector<BreakpointHit> DebugControl::match(Moment& moment)
{
    const auto& kinds = moment.point.kinds;
    const auto isWaitedFor = [&](StopKind kind) { return m_breakpoints.waitsFor(kind); };
    if (std::ranges::none_of(kinds, isWaitedFor))
        return {};
    if (std::ranges::any_of(kinds, [&](StopKind kind) { return m_breakpoints.needsState(kind); }))
        takeState(moment);
    return m_breakpoints.match(moment.point);
}

bool DebugControl::isTestStop(const Effect& effect)
{
    const auto* call = std::get_if<ToolCall>(&effect.request);
    return m_testMode.isOn && call != nullptr
        && std::ranges::find(m_testMode.allowedTools, call->tool) == m_testMode.allowedTools.end()
        && m_tested.insert(effect.id.withAttempt(0)).second;
}

/// Of an order to run until a breakpoint would hit.
bool DebugControl::reachesTarget(Moment& moment)
{
    if (!m_runsTo)
        return false;
    if (m_runTo.needsState(m_runTo.list().front().kind))
        takeState(moment);
    return !m_runTo.match(moment.point).empty();
}

std::optional<DebugStop::Cause> DebugControl::causeWithoutHit(Moment& moment, bool isNewStep)
{
    if (reachesTarget(moment))
        return DebugStop::Cause::RunTo;
    const Effect* effect = moment.point.effect;
    if (isNewStep && m_stepper.stopsAt(moment.point.id, kindOf(effect->request)))
        return DebugStop::Cause::Step;
    const bool isStep = moment.point.effect != nullptr && moment.point.decision == nullptr;
    if (m_isPausing && isStep)
        return DebugStop::Cause::Pause;
    if (isNewStep && std::exchange(m_stopsAtEntry, false))
        return DebugStop::Cause::Entry;
    return {};
}

DebugControl::Verdict DebugControl::judge(Moment& moment, StepEdits& edits, bool isNewStep)
{
    Verdict verdict;
    verdict.kind = moment.point.kinds.empty() ? StopKind::Step : moment.point.kinds.front();
    bool holdsAll = false;
    for (BreakpointHit& hit : match(moment)) {
        const Breakpoint* breakpoint = m_breakpoints.find(hit.id);
        if (breakpoint == nullptr)
            continue;
        const bool isProblem = !hit.problem.empty();
        if (isProblem) {
            m_breakpoints.setProblem(hit.id, hit.problem);
        } else {
            act(hit, moment, edits, verdict);
        }
        if (!isProblem && !breakpoint->pauses())
            continue;
        if (!verdict.cause)
            verdict.kind = breakpoint->kind;
        verdict.cause = DebugStop::Cause::Breakpoint;
        holdsAll = holdsAll || isProblem || breakpoint->actions.empty();
        for (const BreakpointAction& action : breakpoint->actions) {
            if (const auto* pause = std::get_if<PauseAction>(&action))
                holdsAll = holdsAll || !pause->holdsStepOnly;
        }
        verdict.hits.push_back(std::move(hit));
    }
    verdict.holdsStepOnly = verdict.cause && !holdsAll;
    auto other = causeWithoutHit(moment, isNewStep);
    // Asked in any case: a call that is held for another reason too is allowed with it.
    verdict.isTestStop = isNewStep && isTestStop(*moment.point.effect);
    if (verdict.isTestStop && !other)
        other = DebugStop::Cause::TestMode;
    if (!verdict.cause)
        verdict.cause = other;
    else if (other)
        verdict.holdsStepOnly = false;
    return verdict;
}

bool DebugControl::isHeldAlong(const EffectId& effect) const
{
    return m_isStopped && std::ranges::none_of(m_free, [&](const EffectId& call) {
               return m_stack.isWithin(effect, call);
           });
}

/// A step comes while the run is stopped.
std::optional<GateControl::Hold> DebugControl::holdAlong(const Effect& effect, bool isAfter)
{
    m_steps[effect.id].since = m_world.log.now();
    if (!isHeldAlong(effect.id))
        return {};
    const std::string reason = "Held along: the run is stopped elsewhere.";
    noteHold(effect.id, &effect, reason, isAfter);
    tellSoon();
    return Hold {reason};
}

/// Asks breakpoints and orders about a step; nothing where it goes on.
std::optional<GateControl::Hold> DebugControl::holdFor(Moment& moment, Step& step, bool isNewStep)
{
    const Verdict verdict = judge(moment, step.edits, isNewStep);
    if (verdict.cause) {
        stopAt(moment, verdict);
        return Hold {m_stop->text + '.'};
    }
    if (!verdict.waitsForEdit)
        return {};
    step.isJudged = false;
    return Hold {"The state of the agent is being changed."};
}

GateControl::Before DebugControl::before(const Effect& effect)
{
    if (isQuiet() || kindOf(effect.request) == EffectKind::Timer)
        return Pass {};
    if (auto hold = holdAlong(effect, false))
        return *hold;
    return judgeBefore(effect);
}

GateControl::Before DebugControl::judgeBefore(const Effect& effect)
{
    Step& step = m_steps[effect.id];
    step.isJudged = true;
    if (const auto call = m_editedCalls.find(effect.id.withAttempt(0));
        call != m_editedCalls.end() && step.edits.isEmpty())
        step.edits = call->second;
    std::optional<Effect> edited; // while it was held along
    if (!step.edits.isEmpty())
        edited = step.edits.edited(effect);
    Moment moment = momentOf(effect.id, edited ? &*edited : &effect, nullptr);
    moment.point.kinds = kindsBefore(effect);
    std::optional<tracestore::LoopFinding> loop;
    if (m_breakpoints.waitsFor(StopKind::Loop) && (loop = m_history.loopOf(effect))) {
        moment.point.kinds.push_back(StopKind::Loop);
        moment.point.loop = &*loop;
    }
    if (auto hold = holdFor(moment, step, true))
        return *hold;
    const Gate::Pending pending {.effect = effect, .stage = Gate::Stage::HeldBefore, .reason = {}};
    Gate::Release with = takeEdits(pending, step);
    if (with.outcome)
        return Answer {std::move(*with.outcome)};
    return faultsFor(effect, changeBy(effect, std::move(with)));
}

/// The change that edits make of a step, which may be none.
GateControl::Change DebugControl::changeBy(const Effect& effect, Gate::Release with) const
{
    Change change {.request = effect.request, .path = "request", .edits = std::move(with.edits)};
    if (with.request) {
        change.request = std::move(*with.request);
        change.effectClass = m_world.classOf(effect.id.agent, change.request);
    }
    return change;
}

/// The step goes on with this request, unless it is made to fail.
GateControl::Before DebugControl::faultsFor(const Effect& effect, Change change)
{
    const bool isChanged = !change.edits.empty();
    if (!m_faults.isActive())
        return isChanged ? Before(std::move(change)) : Before(Pass {});
    const Effect sent {effect.id, change.effectClass.value_or(effect.effectClass), change.request};
    Moment moment = momentOf(effect.id, &sent, nullptr);
    moment.point.kinds = kindsBefore(sent);
    if (m_faults.needsState())
        takeState(moment);
    const auto fault = m_faults.faultOf(moment.point);
    if (!fault)
        return isChanged ? Before(std::move(change)) : Before(Pass {});
    const std::string text = "Fault rule " + std::to_string(fault->rule) + " makes "
        + nameOf(sent.request) + ' '
        + (fault->outcome ? "fail: " + std::string(toWord(fault->kind)) : "slow") + '.';
    m_world.log.record(
        effect.id.agent,
        effect.id.toText(),
        debuggerFact("fault", text, sent, {{"rule", fault->rule}, {"fault", toWord(fault->kind)}}));
    emit told({DebugLine::Kind::Note, text, effect.id.toText()});
    if (fault->outcome) {
        Answer answer {*fault->outcome, fault->delay};
        if (isChanged)
            answer.sentAs = std::move(change);
        return answer;
    }
    if (!isChanged)
        return Delay {fault->delay};
    change.delay = fault->delay;
    return change;
}

std::variant<GateControl::Pass, GateControl::Hold, GateControl::Answer>
DebugControl::after(const Effect& effect, const Outcome& outcome)
{
    if (isQuiet() || kindOf(effect.request) == EffectKind::Timer)
        return Pass {};
    if (auto hold = holdAlong(effect, true))
        return *hold;
    return judgeAfter(effect, outcome);
}

std::variant<GateControl::Pass, GateControl::Hold, GateControl::Answer>
DebugControl::judgeAfter(const Effect& effect, const Outcome& outcome)
{
    Step& step = m_steps[effect.id];
    step.isJudged = true;
    Moment moment = momentOf(effect.id, &effect, &outcome);
    moment.point.kinds = kindsAfter(effect, outcome);
    std::optional<tracestore::LoopFinding> loop;
    if (!std::exchange(step.isCounted, true) && (loop = m_history.end(effect, outcome))) {
        moment.point.kinds.push_back(StopKind::Loop);
        moment.point.loop = &*loop;
    }
    if (auto hold = holdFor(moment, step, false))
        return *hold;
    const Gate::Pending pending {
        .effect = effect, .stage = Gate::Stage::HeldAfter, .reason = {}, .outcome = outcome};
    Gate::Release with = std::exchange(step.edits, {}).release(pending);
    if (with.edits.empty() || !with.outcome)
        return Pass {};
    return Answer {std::move(*with.outcome), {}, std::move(with.edits)};
}

std::variant<GateControl::Pass, GateControl::Hold> DebugControl::between(const GateMoment& moment)
{
    const bool mayHit
        = std::ranges::any_of(moment.decisions,
                              [this](const tracestore::DecisionMade& decision) {
                                  const auto kind
                                      = stopKindOfDecision(decision.policy, decision.action);
                                  return kind && (m_runsTo || m_breakpoints.waitsFor(*kind));
                              })
        || (moment.agent != nullptr && (m_runsTo || m_breakpoints.waitsFor(StopKind::StateChange)));
    if (!mayHit && m_watches.isEmpty())
        return Pass {};
    const std::vector<tracestore::DecisionMade> decisions(moment.decisions.begin(),
                                                          moment.decisions.end());
    const auto outcome = moment.outcome == nullptr ? std::nullopt : std::optional(*moment.outcome);
    if (mayHit && isHeldAlong(moment.id)) {
        Step& step = m_steps[moment.id];
        step
            = {.since = m_world.log.now(), .edits = {}, .decisions = decisions, .outcome = outcome};
        tellSoon();
        return Hold {"Held along: the run is stopped elsewhere."};
    }
    return judgeBetween(moment.id, moment.effect, outcome, decisions, moment.agent != nullptr);
}

std::variant<GateControl::Pass, GateControl::Hold>
DebugControl::judgeBetween(const EffectId& id,
                           const Effect* effect,
                           const std::optional<Outcome>& outcome,
                           const std::vector<tracestore::DecisionMade>& decisions,
                           bool isOfAgent)
{
    Moment moment = momentOf(id, effect, outcome ? &*outcome : nullptr);
    const auto last = m_lastStates.find(id.agent);
    if (isOfAgent && last != m_lastStates.end()) {
        moment.stateBefore = last->second;
        moment.point.stateBefore = &moment.stateBefore;
    }
    const bool isStateAsked
        = m_breakpoints.waitsFor(StopKind::StateChange) || m_runsTo || !m_watches.isEmpty();
    if (isOfAgent && isStateAsked) {
        takeState(moment);
        m_lastStates[id.agent] = moment.state;
    }
    Step step {.since = m_world.log.now(),
               .isJudged = true,
               .edits = {},
               .decisions = decisions,
               .outcome = outcome};
    const auto stopsFor = [&](StopKind kind, const tracestore::DecisionMade* decision) {
        moment.point.kinds = {kind};
        moment.point.decision = decision;
        const Verdict verdict = judge(moment, step.edits, false);
        if (!verdict.cause && !verdict.waitsForEdit)
            return false;
        m_steps[id] = step;
        if (verdict.cause)
            stopAt(moment, verdict);
        return true;
    };
    bool isHeld = false;
    for (const tracestore::DecisionMade& decision : decisions) {
        const auto kind = stopKindOfDecision(decision.policy, decision.action);
        isHeld = (kind && stopsFor(*kind, &decision)) || isHeld;
    }
    if (isOfAgent && moment.point.stateBefore != nullptr && moment.point.state != nullptr
        && *moment.point.state != *moment.point.stateBefore)
        isHeld = stopsFor(StopKind::StateChange, nullptr) || isHeld;
    if (isHeld)
        return Hold {m_stop ? m_stop->text + '.' : "The state of the agent is being changed."};
    if (!m_watches.isEmpty())
        evaluateWatches(moment, false);
    return Pass {};
}

void DebugControl::began(const Effect& effect)
{
    m_stack.reach(effect.id);
    m_history.begin(effect);
    keepFirstState(effect.id.agent);
    Step& step = m_steps[effect.id];
    step.begin = step.since = m_world.log.now();
    step.isStop = false;
    step.isJudged = false;
    if (m_isStopped || m_stop)
        tellSoon();
}

void DebugControl::finished(const Effect& effect, const Outcome* outcome)
{
    const auto step = m_steps.find(effect.id);
    const bool isCounted = step != m_steps.end() && step->second.isCounted;
    if (!isCounted && outcome != nullptr)
        static_cast<void>(m_history.end(effect, *outcome).has_value());
    if (step != m_steps.end())
        m_steps.erase(step);
    if (m_stop && !m_isEditingState && m_stop->effect == effect.id.toText())
        moveStop();
    if (m_isStopped || m_stop)
        tellSoon();
}

void DebugControl::callEnded(const EffectId& call)
{
    std::erase(m_free, call);
    m_tested.erase(call);
    m_editedCalls.erase(call);
    if (!m_stepper.endsWith(call))
        return;
    QMetaObject::invokeMethod(
        this,
        [this, call] {
            for (const Gate::Pending& pending : m_world.gate.pending()) {
                const bool isHeld = pending.stage == Gate::Stage::HeldBefore
                    || pending.stage == Gate::Stage::HeldAfter;
                if (!m_isStopped && isHeld && m_stepper.isSibling(pending.effect.id, call))
                    return stopAtHeld(pending, DebugStop::Cause::Step);
            }
        },
        Qt::QueuedConnection);
}

void DebugControl::onDelta(const EffectId& effect)
{
    const bool isWaitedFor = m_breakpoints.waitsFor(StopKind::FirstToken)
        || (m_runsTo && m_runTo.waitsFor(StopKind::FirstToken));
    Step& step = m_steps[effect];
    if (std::exchange(step.hasSpoken, true) || !isWaitedFor || isHeldAlong(effect))
        return;
    const Effect* running = m_world.gate.effectOf(effect);
    if (running == nullptr)
        return;
    Moment moment = momentOf(effect, running, nullptr);
    moment.point.kinds = {StopKind::FirstToken};
    const Verdict verdict = judge(moment, step.edits, false);
    if (verdict.cause)
        stopAt(moment, verdict);
}

void DebugControl::tellSoon()
{
    if (std::exchange(m_isTelling, true))
        return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_isTelling = false;
            emit changed();
            inspectAgain();
        },
        Qt::QueuedConnection);
}

void DebugControl::end()
{
    m_isStopped = false;
    m_isPausing = false;
    m_runsTo = false;
    m_stepper.stop();
    m_stop.reset();
    m_free.clear();
    tellSoon();
}

} // namespace engine
