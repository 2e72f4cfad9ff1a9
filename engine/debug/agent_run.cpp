#include "engine/debug/agent_run.h"

#include "engine/debug/state_teller.h"

#include <QMetaObject>

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
    for (tracestore::DecisionMade& decision : step.decisions)
        m_context.log.record(m_identity.path, {}, std::move(decision));
    m_context.log.record(m_identity.path, {}, m_states->tell(m_agent->state()));
    if (step.result)
        end(*step.result);
    else if (step.wants.empty())
        end({OutcomeStatus::Error, {}, "The agent wanted nothing and gave no answer."});
    else
        handOut(std::move(step.wants));
}

void AgentRun::handOut(std::vector<EffectRequest> wants)
{
    ++m_turn;
    m_calls.clear();
    m_outcomes.assign(wants.size(), {});
    m_open = wants.size();
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
        m_calls.push_back(std::make_unique<CallDelivery>(
            setting, std::move(call), [this, i](const Outcome& outcome) { collect(i, outcome); }));
    }
    for (std::size_t i = 0; i < m_calls.size(); ++i)
        m_calls[i]->start();
}

void AgentRun::collect(std::size_t place, const Outcome& outcome)
{
    m_outcomes[place] = outcome;
    if (--m_open > 0)
        return;
    // The call that brought the last outcome is still on the stack.
    QMetaObject::invokeMethod(
        this,
        [this] {
            for (const Outcome& each : m_outcomes) {
                if (each.status == OutcomeStatus::Cancelled) {
                    end({OutcomeStatus::Cancelled, {}, "It was stopped."});
                    return;
                }
            }
            apply(TurnAnswered {std::exchange(m_outcomes, {})});
        },
        Qt::QueuedConnection);
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
