#pragma once

#include "tracestore/recording/run_event.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace tests {

/// Takes out of a state what differs from run to run: the times of an input.
inline void dropTimes(nlohmann::json& state)
{
    std::vector<nlohmann::json*> open {&state};
    while (!open.empty()) {
        nlohmann::json* each = open.back();
        open.pop_back();
        if (each->is_object()) {
            each->erase("begin");
            each->erase("last");
        }
        if (each->is_structured()) {
            for (nlohmann::json& member : *each)
                open.push_back(&member);
        }
    }
}

/// The last state of each agent in a log, put together of its facts.
class LastStates
{
public:
    void add(const tracestore::RunEvent& event)
    {
        const auto* changed = std::get_if<tracestore::StateChanged>(&event.fact);
        if (changed == nullptr)
            return;
        nlohmann::json& state = m_states[event.agent];
        nlohmann::json told = nlohmann::json::parse(changed->state);
        state = changed->isWhole ? std::move(told) : state.patch(told);
    }

    /// Without times, by agent.
    [[nodiscard]] std::map<std::string, nlohmann::json> take()
    {
        for (auto& [agent, state] : m_states)
            dropTimes(state);
        return std::move(m_states);
    }

private:
    std::map<std::string, nlohmann::json> m_states;
};

} // namespace tests
