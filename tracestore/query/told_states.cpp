#include "tracestore/query/told_states.h"

#include "tracestore/base/json_io.h"

namespace tracestore {
namespace {

    /// Changes of a stranger's file may be anything: what cannot be applied makes no state.
    bool applyPatch(nlohmann::json& to, const nlohmann::json& patch)
    {
        try {
            to.patch_inplace(patch);
        } catch (const nlohmann::json::exception&) {
            return false;
        }
        return true;
    }

} // namespace

bool ToldStates::take(const ToldState& told)
{
    auto value = parseJson(told.json);
    if (value && told.isWhole) {
        m_states[told.agent.value] = std::move(*value);
        return true;
    }
    const auto known = m_states.find(told.agent.value);
    if (known == m_states.end())
        return false;
    if (value && applyPatch(known->second, *value))
        return true;
    m_states.erase(known);
    return false;
}

const nlohmann::json* ToldStates::of(AgentId agent) const
{
    const auto known = m_states.find(agent.value);
    return known == m_states.end() ? nullptr : &known->second;
}

} // namespace tracestore
