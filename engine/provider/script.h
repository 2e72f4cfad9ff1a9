#pragma once

#include "engine/provider/conversation_facts.h"
#include "engine/provider/script_rule.h"
#include "engine/wire/chat.h"

#include <filesystem>

namespace engine {

/// What a script answers to a request.
struct ScriptedAnswer
{
    ChatResponse response;
    std::optional<ScriptFault> fault;
    ScriptPace pace;
    std::string rule; ///< its name or number
};

/// Answers requests by the rules of a file (README.md beside this), the first that fits. The same
/// requests in the same order get the same answers: there is no chance and no clock in it. Knows
/// its counters and state variables; one thread.
class Script
{
public:
    /// Fails with Invalid where the text is no script: `name: /rules/2/when/turn: expected ...`.
    static tracestore::Result<std::unique_ptr<Script>> parse(std::string_view text,
                                                             const std::string& name);
    static tracestore::Result<std::unique_ptr<Script>> load(const std::filesystem::path& file);

    Script(std::string name,
           std::vector<ScriptRule> rules,
           std::map<std::string, nlohmann::json> state);

    /// Fails with NotFound where no rule fits; the sentence says what was asked.
    tracestore::Result<ScriptedAnswer> answer(const ChatRequest& request);

private:
    struct Match;

    [[nodiscard]] std::optional<Match> match(std::size_t rule, const ChatRequest& request);
    ScriptedAnswer reply(std::size_t rule, const ChatRequest& request, const Match& match);
    [[nodiscard]] nlohmann::json valueOf(std::string_view name, const Match& match) const;
    void addParts(const ScriptReply& reply, const Match& match, tracestore::Message& message) const;
    void changeState(const ScriptRule& rule);

    std::string m_name;
    std::vector<ScriptRule> m_rules;
    std::vector<std::size_t> m_counts; ///< how often each rule answered
    std::map<std::string, nlohmann::json> m_state;
    std::size_t m_calls = 0;
    ConversationFactsCache m_facts;
};

} // namespace engine
