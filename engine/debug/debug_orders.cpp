// What a user orders of the debugger.
#include "engine/debug/debug_control.h"
#include "engine/run/debugger_facts.h"
#include "engine/run/json_place.h"
#include "engine/tool/json_schema.h"
#include "tracestore/base/json_io.h"

#include <algorithm>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    bool isHeldStep(const Gate::Pending& pending)
    {
        return pending.stage == Gate::Stage::HeldBefore || pending.stage == Gate::Stage::HeldAfter
            || pending.stage == Gate::Stage::HeldBetween;
    }

    constexpr const char* kOnlyForwards
        = "A run that is under way goes forwards only. Open its recording and go back there.";

} // namespace

void DebugControl::take(const DebugOrder& order)
{
    std::visit([this](const auto& each) { obey(each); }, order);
    tellSoon();
}

void DebugControl::complain(const std::string& problem, const std::string& effect)
{
    emit told({DebugLine::Kind::Problem, problem, effect});
}

/// Empty: where one stopped last, or the first that is held.
std::optional<Gate::Pending> DebugControl::pendingOf(const std::string& effect) const
{
    const auto pending = m_world.gate.pending();
    const std::string wanted = effect.empty() && m_stop ? m_stop->effect : effect;
    auto found = std::ranges::find_if(
        pending, [&](const Gate::Pending& each) { return each.effect.id.toText() == wanted; });
    if (found == pending.end() && effect.empty())
        found = std::ranges::find_if(pending, isHeldStep);
    return found == pending.end() ? std::nullopt : std::optional(*found);
}

std::optional<Gate::Pending> DebugControl::heldOf(const std::string& effect)
{
    auto pending = pendingOf(effect);
    if (pending && isHeldStep(*pending))
        return pending;
    complain(effect.empty() ? "Nothing is held: the run is at work."
                            : "The step " + effect + " is not held.",
             effect);
    return {};
}

void DebugControl::obey(const ContinueRun& order)
{
    if (order.isBack)
        return complain(kOnlyForwards, order.effect);
    if (order.effect.empty()) {
        goOn();
        return releaseHeld([](const EffectId&) { return true; });
    }
    const auto held = heldOf(order.effect);
    if (!held)
        return;
    const auto pending = m_world.gate.pending();
    const bool isAlone = std::ranges::count_if(pending, isHeldStep) == 1;
    if (isAlone && pending.size() == 1)
        return obey(ContinueRun {});
    if (m_isStopped && held->effect.id.turn > 0)
        m_free.push_back(held->effect.id.withAttempt(0));
    letGo(*held);
    moveStop();
}

void DebugControl::obey(const PauseRun&)
{
    if (m_isStopped)
        return;
    m_stepper.stop();
    m_runsTo = false;
    m_isPausing = true;
}

void DebugControl::obey(const StepRun& order)
{
    if (order.isBack)
        return complain(kOnlyForwards, order.effect);
    const auto from = pendingOf(order.effect);
    if (!from)
        return complain("There is no step to go on from: the run is at work.", order.effect);
    const EffectId id = from->effect.id;
    goOn();
    m_stepper.begin(order.mode, id, kindOf(from->effect.request));
    if (isHeldStep(*from))
        letGo(*from);
    releaseHeld([&](const EffectId& held) { return held != id && m_stepper.letsGo(held); });
}

void DebugControl::obey(const RunTo& order)
{
    Breakpoint target = order.target;
    target.id = 1;
    target.isEnabled = true;
    target.actions.clear();
    goOn();
    m_runTo.set({target});
    m_runsTo = true;
    if (target.kind == StopKind::Loop)
        m_history.watchLoops(true);
    releaseHeld([](const EffectId&) { return true; });
}

void DebugControl::obey(const SetDebugSetup& order)
{
    m_breakpoints.set(order.setup.breakpoints);
    m_faults.set(order.setup.faults);
    m_watches.set(order.setup.watches);
    m_history.watchLoops(m_breakpoints.waitsFor(StopKind::Loop));
    // A change is one of what is there now.
    if (m_breakpoints.waitsFor(StopKind::StateChange) || !m_watches.isEmpty()) {
        for (const AgentFrame& frame : m_stack.frames()) {
            if (const AgentRun* agent = m_world.findAgent(frame.path))
                m_lastStates.try_emplace(frame.path, agent->state().toJson());
        }
    } else {
        m_lastStates.clear();
    }
    if (!m_stop || m_watches.isEmpty())
        return;
    if (const auto pending = pendingOf({})) {
        Moment moment = momentOf(pending->effect.id,
                                 pending->effect.id.turn == 0 ? nullptr : &pending->effect,
                                 pending->outcome ? &*pending->outcome : nullptr);
        evaluateWatches(moment, true);
    }
}

void DebugControl::obey(const SetTestMode& order)
{
    m_testMode = order;
}

void DebugControl::obey(const EditRequest& order)
{
    edit(order.effect, Gate::Stage::HeldBefore, order.path, order.value);
}

void DebugControl::obey(const EditOutcome& order)
{
    edit(order.effect, Gate::Stage::HeldAfter, order.path, order.value);
}

void DebugControl::edit(const std::string& effect,
                        Gate::Stage stage,
                        const std::string& path,
                        const std::string& value)
{
    const auto held = heldOf(effect);
    if (!held)
        return;
    if (held->stage != stage)
        return complain(stage == Gate::Stage::HeldBefore
                            ? "The step was sent already: its outcome can be changed."
                            : "There is no outcome yet: the request can be changed.",
                        effect);
    if (auto parsed = tracestore::parseJson(value); !parsed)
        return complain("The value is no JSON: " + parsed.error().message, effect);
    Step& step = m_steps[held->effect.id];
    if (auto edited = step.edits.edit(*held, path, m_world.mask.masked(value)); !edited)
        return complain(edited.error().message, effect);
    if (stage == Gate::Stage::HeldBefore)
        checkArguments(*held);
}

/// Told, not refused: one may want to see how the tool takes it.
void DebugControl::checkArguments(const Gate::Pending& pending)
{
    const Effect edited = m_steps[pending.effect.id].edits.edited(pending.effect);
    const auto* call = std::get_if<ToolCall>(&edited.request);
    if (call == nullptr)
        return;
    const std::string text = m_world.schemaOf(edited.id.agent, call->tool);
    const auto schema = JsonSchema::parse(text.empty() ? "true" : text);
    const auto arguments = tracestore::parseJson(call->arguments);
    if (text.empty() || !schema || !arguments)
        return;
    if (const auto checked = schema->check(*arguments); !checked)
        complain("The arguments do not fit what " + call->tool
                     + " takes: " + checked.error().message,
                 edited.id.toText());
}

void DebugControl::obey(const EditState& order)
{
    if (auto changed = changeState(order.agent, order.path, order.value); !changed)
        complain(changed.error().message);
}

Result<void> DebugControl::mayChangeState(const std::string& path) const
{
    for (const Gate::Pending& pending : m_world.gate.pending()) {
        const Effect& effect = pending.effect;
        if (effect.id.agent != path)
            continue;
        if (!isHeldStep(pending))
            return fail(ErrorCode::Invalid,
                        "The state of " + path + " can be changed when all its steps are held: "
                            + effect.id.toText() + " is under way.");
        // Of a moment behind an attempt the debugger keeps the outcome.
        const auto step = m_steps.find(effect.id);
        const auto& outcome
            = pending.outcome || step == m_steps.end() ? pending.outcome : step->second.outcome;
        if (effect.id.turn > 0 && outcome && outcome->status != OutcomeStatus::Refused
            && reachesOut(effect.effectClass))
            return fail(ErrorCode::Invalid,
                        effect.id.toText()
                            + " has written or reached outside already, and what is wanted after a "
                              "change would do so again. Change the state at the next call of the "
                              "model.");
    }
    return {};
}

/// What is told before a change of the state lets calls be made a second time; nothing where none
/// was made in this turn.
std::optional<tracestore::DecisionMade> DebugControl::callsAgain(const std::string& path) const
{
    constexpr std::size_t kMostNamed = 5;
    const std::vector<Effect> calls = answeredCalls(path);
    if (calls.empty())
        return {};
    std::string text = "Made already in this turn, and made again where the new state wants them: ";
    nlohmann::json names = nlohmann::json::array();
    for (const Effect& call : calls) {
        names.push_back(call.id.toText());
        if (names.size() <= kMostNamed)
            text += (names.size() > 1 ? ", " : "") + nameOf(call.request) + " (" + call.id.toText()
                + ')';
    }
    if (calls.size() > kMostNamed)
        text += " and " + std::to_string(calls.size() - kMostNamed) + " more";
    return tracestore::DecisionMade {std::string(kDebuggerPolicy),
                                     "again",
                                     text + '.',
                                     tracestore::toJsonText({{"calls", std::move(names)}})};
}

Result<void> DebugControl::changeState(const std::string& path,
                                       const std::string& place,
                                       const std::string& value)
{
    AgentRun* agent = m_world.findAgent(path);
    if (agent == nullptr)
        return fail(ErrorCode::NotFound, "There is no agent " + path + '.');
    if (m_world.log.past() != nullptr)
        return fail(ErrorCode::Invalid, "The run is still being done again up to where it was.");
    if (auto may = mayChangeState(path); !may)
        return may;
    auto given = tracestore::parseJson(m_world.mask.masked(value));
    if (!given)
        return fail(ErrorCode::Invalid, "The value is no JSON: " + given.error().message);
    nlohmann::json state = agent->state().toJson();
    if (auto set = setValueAt(state, place, std::move(*given)); !set)
        return set;
    m_isEditingState = true;
    const auto again = callsAgain(path);
    auto edited = agent->editState(state, again);
    m_isEditingState = false;
    if (!edited)
        return edited;
    if (again)
        emit told({DebugLine::Kind::Note, again->reason, {}});
    moveStop();
    return edited;
}

void DebugControl::obey(const UndoEdit& order)
{
    const auto held = heldOf(order.effect);
    if (held && !m_steps[held->effect.id].edits.undo())
        complain("There is no edit of this step to take back.", order.effect);
}

void DebugControl::obey(const AnswerStep& order)
{
    const auto held = heldOf(order.effect);
    if (!held)
        return;
    AnswerAction answer = order.answer;
    answer.text = m_world.mask.masked(std::move(answer.text));
    auto given
        = m_steps[held->effect.id].edits.answer(*held, outcomeOf(answer, held->effect.request));
    if (!given)
        complain(given.error().message, order.effect);
}

void DebugControl::obey(const CancelStep& order)
{
    const auto pending = pendingOf(order.effect);
    if (!pending)
        return complain("The step " + order.effect + " is neither held nor under way.",
                        order.effect);
    if (auto given = m_world.gate.giveUp(pending->effect.id); !given)
        complain(given.error().message, order.effect);
    moveStop();
}

void DebugControl::obey(const InspectStep& order)
{
    const auto pending = pendingOf(order.effect);
    if (pending) {
        m_inspected = pending->effect.id.toText();
        m_looked = {pending->stage, m_steps[pending->effect.id].edits.list()};
        emit inspected(inspection(*pending));
        return;
    }
    StepInspection step;
    step.effect = order.effect;
    step.problem = order.effect.empty() ? "Nothing is held."
                                        : "The step " + order.effect
            + " is neither held nor under way: the trace has what is known of it.";
    emit inspected(step);
}

void DebugControl::obey(const EvaluateExpression& order)
{
    Evaluation evaluation {
        .request = order.request, .expression = order.expression, .value = {}, .problem = {}};
    const auto pending = pendingOf(order.effect);
    auto expression = Expression::parse(order.expression);
    if (!expression) {
        evaluation.problem = expression.error().message;
    } else if (!pending) {
        evaluation.problem = "Nothing is held: expressions are evaluated at a step.";
    } else {
        const Effect edited = m_steps[pending->effect.id].edits.edited(pending->effect);
        Moment moment = momentOf(edited.id,
                                 edited.id.turn == 0 ? nullptr : &edited,
                                 pending->outcome ? &*pending->outcome : nullptr);
        takeState(moment);
        const auto subject = subjectOf(moment.point);
        evaluation.value = expression->evaluate(*subject).value_or(std::string());
    }
    emit evaluated(evaluation);
}

void DebugControl::obey(const GoToMoment& order)
{
    complain(kOnlyForwards, order.effect);
}

void DebugControl::obey(const GoToChange&)
{
    complain(kOnlyForwards);
}

void DebugControl::obey(const GoToHit&)
{
    complain(kOnlyForwards);
}

void DebugControl::obey(const PlayRun&)
{
    complain("A run that is under way has its own pace. Open its recording and play that.");
}

} // namespace engine
