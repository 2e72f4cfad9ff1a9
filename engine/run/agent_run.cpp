#include "engine/run/agent_run.h"

#include "engine/run/state_teller.h"
#include "tracestore/base/json_io.h"

#include <QMetaObject>

#include <algorithm>

namespace engine {
AgentRun::AgentRun(RunContext context, AgentIdentity identity, std::unique_ptr<Agent> agent)
    : m_context(std::move(context))
    , m_identity(std::move(identity))
    , m_agent(std::move(agent))
    , m_states(std::make_unique<StateTeller>())
{ }

AgentRun::~AgentRun() = default;

std::string AgentRun::nameChild(const std::string& name)
{
    const std::uint32_t number = ++m_children[name];
    return number == 1 ? name : name + '#' + std::to_string(number);
}

void AgentRun::start(const std::string& input, const std::string& caller, Done done)
{
    ENSURE(!isWorking());
    m_done = std::move(done);
    m_context.log.record(m_identity.path,
                         {},
                         tracestore::AgentStarted {.name = m_identity.name,
                                                   .role = m_identity.role,
                                                   .pattern = m_identity.pattern,
                                                   .task = input,
                                                   .caller = caller});
    apply(AgentInput {input, m_context.log.workTime()});
}

void AgentRun::apply(const AgentEvent& event)
{
    AgentStep step = m_agent->apply(event);
    for (const tracestore::DecisionMade& decision : step.decisions)
        m_context.log.record(m_identity.path, {}, decision);
    const std::int64_t number
        = m_context.log.record(m_identity.path, {}, m_states->tell(m_agent->state()));
    const EffectId moment {m_identity.path, 0, 0, 0, {}};
    const bool isHeld = m_context.log.isNew(number)
        && m_context.gate.isHeldAt(
            {.id = moment, .decisions = step.decisions, .agent = m_agent.get()});
    if (!isHeld)
        return goOn(std::move(step));
    m_context.gate.waitAt(moment, [this, edits = m_edits, step = std::move(step)]() mutable {
        if (edits == m_edits)
            goOn(std::move(step));
    });
}

void AgentRun::goOn(AgentStep step)
{
    if (step.result)
        end(*step.result);
    else if (step.wants.empty())
        end({OutcomeStatus::Error, {}, "The agent wanted nothing and gave no answer."});
    else if (!isDiscarded(step.wants))
        handOut(std::move(step.wants));
}

/// In a run that is done again: whether the state was changed then before any of these was begun.
bool AgentRun::isDiscarded(const std::vector<EffectRequest>& wants) const
{
    const RunPast* past = m_context.log.past();
    const tracestore::RunEvent* next = past == nullptr ? nullptr : past->next(m_identity.path, {});
    if (next == nullptr || !std::holds_alternative<tracestore::EditMade>(next->fact))
        return false;
    for (std::size_t i = 0; i < wants.size(); ++i) {
        const EffectId call {m_identity.path, m_turn + 1, static_cast<std::uint32_t>(i + 1), 0, {}};
        if (past->knowsMoreOf(call.toText()) || past->knowsMoreOf(call.withAttempt(1).toText()))
            return false;
    }
    return true;
}

std::vector<Effect> AgentRun::answeredCalls() const
{
    std::vector<Effect> answered;
    for (const auto& call : m_calls) {
        if (call->hasEnded())
            answered.push_back(call->call());
    }
    return answered;
}

tracestore::Result<void> AgentRun::editState(const nlohmann::json& state,
                                             const std::optional<tracestore::DecisionMade>& told)
{
    if (!isWorking())
        return tracestore::fail(tracestore::ErrorCode::Invalid,
                                "The agent has ended its work: its state can be changed while it "
                                "works on something.");
    if (m_hasReachedOut && m_context.log.past() == nullptr)
        return tracestore::fail(tracestore::ErrorCode::Invalid,
                                "A call of this turn has written or reached outside already, and "
                                "what is wanted after a change would do so again. Change the state "
                                "at the next call of the model.");
    const std::string before = tracestore::toJsonText(m_agent->state().toJson());
    if (auto taken = m_agent->restore(state); !taken)
        return taken;
    ++m_edits;
    const bool isBetween = m_calls.empty();
    for (const auto& call : m_calls)
        call->forget();
    m_calls.clear();
    m_open = 0;
    m_context.gate.discard(m_identity.path, "The state of " + m_identity.path + " was changed.");
    m_context.log.record(
        m_identity.path, {}, tracestore::EditMade {"state", before, tracestore::toJsonText(state)});
    if (told)
        m_context.log.record(m_identity.path, {}, *told);
    if (isBetween) // what it wanted then has a turn, although it was not handed out
        ++m_turn;
    apply(StateEdited {state});
    return {};
}

void AgentRun::handOut(std::vector<EffectRequest> wants)
{
    ++m_turn;
    m_outcomes.assign(wants.size(), {});
    m_open = wants.size();
    m_classes.clear();
    m_hasReachedOut = false;
    const CallDelivery::Setting setting {m_context.log,
                                         m_context.gate,
                                         m_context.policies,
                                         m_context.effectClass,
                                         m_context.approval,
                                         m_context.approved};
    for (std::size_t i = 0; i < wants.size(); ++i) {
        Effect call {.id = {m_identity.path, m_turn, static_cast<std::uint32_t>(i + 1), 0},
                     .effectClass = m_context.effectClass(wants[i]),
                     .request = std::move(wants[i])};
        m_classes.push_back(call.effectClass);
        m_calls.push_back(std::make_unique<CallDelivery>(
            setting, std::move(call), [this, i](const Outcome& outcome) { collect(i, outcome); }));
    }
    for (std::size_t i = 0; i < m_calls.size(); ++i)
        m_calls[i]->start();
}

void AgentRun::collect(std::size_t place, const Outcome& outcome)
{
    m_outcomes[place] = outcome;
    m_hasReachedOut = m_hasReachedOut
        || (outcome.status != OutcomeStatus::Refused && reachesOut(m_classes[place]));
    if (--m_open > 0)
        return;
    // The call that brought the last outcome is still on the stack.
    QMetaObject::invokeMethod(
        this,
        [this, edits = m_edits] {
            if (edits == m_edits && !isDiscarded({}))
                takeTurn();
        },
        Qt::QueuedConnection);
}

void AgentRun::takeTurn()
{
    m_calls.clear();
    const bool isStopped = std::ranges::any_of(m_outcomes, [](const Outcome& each) {
        // What the user gave up by itself is an outcome like any other.
        return each.status == OutcomeStatus::Cancelled && each.origin != OutcomeOrigin::User;
    });
    if (isStopped)
        end({OutcomeStatus::Cancelled, {}, "It was stopped."});
    else
        apply(TurnAnswered {std::exchange(m_outcomes, {})});
}

void AgentRun::end(const AgentResult& result)
{
    m_context.log.record(
        m_identity.path, {}, tracestore::AgentEnded {result.status, result.answer, result.reason});
    QMetaObject::invokeMethod(
        this,
        [this, result] {
            m_calls.clear();
            std::exchange(m_done, nullptr)(result);
        },
        Qt::QueuedConnection);
}

} // namespace engine
