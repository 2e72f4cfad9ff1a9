#include "engine/debug/call_stack.h"

#include <algorithm>

namespace engine {

std::string agentAbove(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

void CallStack::take(const tracestore::RunEvent& event)
{
    if (const auto* started = std::get_if<tracestore::AgentStarted>(&event.fact)) {
        m_names[event.agent] = started->name;
        m_working[event.agent] = {.frame = {.path = event.agent,
                                            .name = started->name,
                                            .pattern = started->pattern,
                                            .caller = started->caller,
                                            .task = started->task,
                                            .steps = {}},
                                  .since = event.number};
    } else if (std::holds_alternative<tracestore::AgentEnded>(event.fact)) {
        m_working.erase(event.agent);
    }
}

void CallStack::reach(const EffectId& effect)
{
    if (const auto found = m_working.find(effect.agent); found != m_working.end())
        found->second.reached = std::max(found->second.reached, effect.turn);
}

std::uint32_t CallStack::reachedBy(const std::string& path) const
{
    const auto found = m_working.find(path);
    return found == m_working.end() ? 0 : found->second.reached;
}

const AgentFrame* CallStack::find(const std::string& path) const
{
    const auto found = m_working.find(path);
    return found == m_working.end() ? nullptr : &found->second.frame;
}

std::vector<AgentFrame> CallStack::frames() const
{
    std::vector<const Working*> working;
    for (const auto& [path, each] : m_working)
        working.push_back(&each);
    std::ranges::sort(working, {}, &Working::since);
    std::vector<AgentFrame> frames;
    for (const Working* each : working)
        frames.push_back(each->frame);
    return frames;
}

std::string CallStack::nameOf(const std::string& path) const
{
    const auto known = m_names.find(path);
    return known == m_names.end() ? path.substr(path.rfind('/') + 1) : known->second;
}

bool CallStack::isWithin(const EffectId& effect, const EffectId& call) const
{
    if (effect.agent == call.agent)
        return effect.turn == call.turn && effect.ordinal == call.ordinal
            && (call.part.empty() || effect.part == call.part
                || effect.part.starts_with(call.part + '/'));
    if (!effect.agent.starts_with(call.agent + '/'))
        return false;
    // The agent that the call's agent started, of which the effect's is one or is below.
    const std::size_t end = effect.agent.find('/', call.agent.size() + 1);
    const AgentFrame* child = find(effect.agent.substr(0, end));
    const std::string name = call.withAttempt(0).toText();
    return child != nullptr
        && (child->caller.starts_with(name + '.') || child->caller.starts_with(name + '/'));
}

} // namespace engine
