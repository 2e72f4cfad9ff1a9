#pragma once

#include "engine/agent/chat_state.h"

#include <map>
#include <set>

namespace engine {

/// Calls that look like tools to the model and are no tools: questions to the user, work given to
/// another agent, and the conversation handed to one.
class SpecialCalls
{
public:
    void addAskUser(std::string tool);
    void addDelegate(std::string tool, std::string worker, const std::string& description);
    void addHandOff(std::string tool, std::string worker, const std::string& description);

    /// What a model is told of them.
    [[nodiscard]] const std::vector<ToolDefinition>& definitions() const { return m_definitions; }

    [[nodiscard]] std::set<std::string> names() const;

    /// What to tell a model whose arguments make no sense; empty where they do.
    [[nodiscard]] std::string problemOf(const PendingCall& call) const;

    /// The want behind a call: a ToolCall for all that is not special. The arguments make sense.
    [[nodiscard]] EffectRequest request(const PendingCall& call) const;

    /// The worker to whom a call hands the conversation, or empty.
    [[nodiscard]] std::string handOffTo(const std::string& tool) const;

    /// The task in the arguments of a call that gives work or the conversation away.
    static std::string taskOf(const PendingCall& call);

private:
    enum class Meaning : std::uint8_t
    {
        AskUser,
        Delegate,
        HandOff
    };

    struct Special
    {
        Meaning meaning = Meaning::AskUser;
        std::string worker;
    };

    std::map<std::string, Special> m_calls;
    std::vector<ToolDefinition> m_definitions;
};

} // namespace engine
