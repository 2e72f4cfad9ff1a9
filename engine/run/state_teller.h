#pragma once

#include "engine/agent/agent_state.h"
#include "engine/agent/state_hash.h"
#include "tracestore/recording/run_event.h"

namespace engine {

/// Tells what each turn changed in the state of one agent, so that the log holds the state at every
/// turn: mostly as a patch, now and then whole. A turn costs what it changed, however long the
/// conversation is; all whole states together take less than all patches.
class StateTeller
{
public:
    [[nodiscard]] tracestore::StateChanged tell(const AgentState& state);

private:
    void takeMember(const std::string& name, const std::string& text);
    void takeConversation(const std::string& name, const tracestore::MessageChain& messages);
    void takeList(const std::string& name, const std::vector<AgentState::Item>& items);
    void tellChanges(const std::string& name,
                     const std::vector<AgentState::Item>& before,
                     const std::vector<AgentState::Item>& after);
    void forgetMissing(const AgentState& state);
    void add(const std::string& op, const std::string& path, const std::string& value);

    AgentState m_last; ///< what is told
    std::map<std::string, tracestore::ContentHash> m_hashes; ///< of its members, by name
    std::string m_patch; ///< of this turn, without brackets
    bool m_isNew = true; ///< nothing was told yet
    std::size_t m_wholeBytes = 0; ///< of the last whole state
    std::size_t m_patchBytes = 0; ///< of all patches since
};

} // namespace engine
