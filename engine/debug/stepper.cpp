#include "engine/debug/stepper.h"

#include "engine/breakpoint/effect_name.h"

namespace engine {
namespace {

    /// The part around another one: `outer` of `outer/inner`; empty: the turn.
    std::string partAbove(const std::string& part)
    {
        const std::size_t slash = part.rfind('/');
        return slash == std::string::npos ? std::string() : part.substr(0, slash);
    }

} // namespace

void Stepper::begin(StepMode mode, const EffectId& from, EffectKind kind)
{
    // A question whether a call may be made is a step, and what is behind it is the call.
    const bool isQuestion = kind == EffectKind::User;
    m_order = {.mode = isQuestion && mode == StepMode::Over ? StepMode::Into : mode,
               .from = from,
               .call = from.withAttempt(0),
               .caller = callerOf(from),
               .turn = from.turn > 0 ? from.turn : m_stack.reachedBy(from.agent)};
}

/// What asked for the step: the composite tool around a part, else the task of its agent.
EffectId Stepper::callerOf(const EffectId& id) const
{
    if (!id.part.empty()) {
        EffectId caller = id.withAttempt(0);
        caller.part = partAbove(id.part);
        return caller;
    }
    const AgentFrame* frame = m_stack.find(id.agent);
    const auto caller = frame == nullptr ? std::nullopt : effectIdOf(frame->caller);
    return caller ? caller->withAttempt(0) : EffectId {};
}

bool Stepper::letsGo(const EffectId& held) const
{
    if (!m_order || m_order->mode == StepMode::Out || m_order->mode == StepMode::Turn)
        return true;
    return held.agent != m_order->from.agent;
}

/// The agent itself, or whoever above it still works once it has ended.
std::string Stepper::agentAtWork(std::string path) const
{
    while (!path.empty() && m_stack.find(path) == nullptr)
        path = agentAbove(path);
    return path;
}

bool Stepper::isOfAgent(const EffectId& effect) const
{
    return effect.agent == agentAtWork(m_order->from.agent);
}

bool Stepper::stopsAt(const EffectId& effect, EffectKind kind) const
{
    if (!m_order)
        return false;
    const bool isWithin = m_order->call.turn > 0 && m_stack.isWithin(effect, m_order->call);
    switch (m_order->mode) {
    case StepMode::Over:
        return !isWithin && isOfAgent(effect);
    case StepMode::Into:
        return effect != m_order->from && (isWithin || isOfAgent(effect));
    case StepMode::Turn: // a turn begins with a call of the model
        return kind == EffectKind::Model && isOfAgent(effect)
            && (effect.agent != m_order->from.agent || effect.turn > m_order->turn);
    case StepMode::Out:
        break;
    }
    const EffectId& caller = m_order->caller;
    return caller.turn > 0 && effect.agent == agentAtWork(caller.agent)
        && !m_stack.isWithin(effect, caller);
}

bool Stepper::endsWith(const EffectId& call) const
{
    const bool isOver
        = m_order && (m_order->mode == StepMode::Over || m_order->mode == StepMode::Into);
    return isOver && m_order->call.turn > 0 && m_stack.isWithin(m_order->call, call);
}

bool Stepper::isSibling(const EffectId& held, const EffectId& ended) const
{
    if (!m_order || held.agent != m_order->from.agent || m_stack.isWithin(held, ended))
        return false;
    // Behind a part comes the next of its composite tool, which is not held yet.
    EffectId around = ended;
    around.part = partAbove(ended.part);
    return ended.part.empty() || m_stack.isWithin(held, around);
}

} // namespace engine
