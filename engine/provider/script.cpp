#include "engine/provider/script.h"

#include "tracestore/base/json_io.h"

#include <algorithm>
#include <cmath>
#include <re2/re2.h>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::Message;
using tracestore::MessageChain;
using tracestore::Result;
using tracestore::Role;
using tracestore::ToolCallPart;
using tracestore::ToolResultPart;

/// What a rule found in a request.
struct Script::Match
{
    ConversationFacts facts;
    std::map<std::string, std::string, std::less<>> captures;
    std::string last; ///< text of the last message
    std::string result; ///< of the tool that the rule is about, or the last
    std::size_t count = 0; ///< how often the rule has answered, this time included
};

namespace {

    using Captures = std::map<std::string, std::string, std::less<>>;

    void
    keepCaptures(const re2::RE2& pattern, const std::vector<re2::StringPiece>& groups, Captures& to)
    {
        for (std::size_t i = 1; i < groups.size(); ++i)
            to[std::to_string(i)] = std::string(groups[i].data(), groups[i].size());
        for (const auto& [name, index] : pattern.NamedCapturingGroups()) {
            const re2::StringPiece& group = groups[static_cast<std::size_t>(index)];
            to[name] = std::string(group.data(), group.size());
        }
    }

    bool fits(const TextCondition& condition, const std::string& text, Captures& captures)
    {
        if (condition.equals && *condition.equals != text)
            return false;
        if (!condition.contains.empty() && text.find(condition.contains) == std::string::npos)
            return false;
        if (condition.matches == nullptr)
            return true;
        const re2::RE2& pattern = *condition.matches;
        std::vector<re2::StringPiece> groups(
            static_cast<std::size_t>(pattern.NumberOfCapturingGroups()) + 1);
        if (!pattern.Match(text,
                           0,
                           text.size(),
                           re2::RE2::UNANCHORED,
                           groups.data(),
                           static_cast<int>(groups.size())))
            return false;
        keepCaptures(pattern, groups, captures);
        return true;
    }

    /// The last messages from the end to the front, as many as the conditions are.
    bool lastFit(const std::vector<MessageCondition>& conditions,
                 const MessageChain& chain,
                 Captures& captures)
    {
        const MessageChain::Node* node = chain.node().get();
        for (auto condition = conditions.rbegin(); condition != conditions.rend(); ++condition) {
            if (node == nullptr)
                return false;
            const Message& message = node->message;
            if (condition->role && *condition->role != message.role)
                return false;
            if (!fits(condition->text, scriptTextOf(message), captures))
                return false;
            node = node->before.get();
        }
        return true;
    }

    struct EndResult
    {
        const ToolResultPart* part;
        std::string tool;
    };

    /// The results that stand behind the last answer, with the tools that gave them, in order.
    std::vector<EndResult> resultsAtEnd(const MessageChain& chain)
    {
        std::vector<EndResult> results;
        const MessageChain::Node* node = chain.node().get();
        for (; node != nullptr && node->message.role != Role::Assistant; node = node->before.get())
            for (auto part = node->message.parts.rbegin(); part != node->message.parts.rend();
                 ++part)
                if (const auto* result = std::get_if<ToolResultPart>(&*part))
                    results.push_back({result, {}});
        std::ranges::reverse(results);
        if (node == nullptr)
            return results;
        for (const auto& part : node->message.parts)
            if (const auto* call = std::get_if<ToolCallPart>(&part))
                for (EndResult& result : results)
                    if (result.part->callId == call->id)
                        result.tool = call->name;
        return results;
    }

    bool resultFits(const ResultCondition& condition,
                    const std::vector<EndResult>& results,
                    Captures& captures,
                    std::string& found)
    {
        for (const EndResult& result : results) {
            const bool isOther = (!condition.tool.empty() && condition.tool != result.tool)
                || (condition.isError && *condition.isError != result.part->isError);
            if (!isOther && fits(condition.text, result.part->content, captures)) {
                found = result.part->content;
                return true;
            }
        }
        return false;
    }

    bool offersAll(const ChatRequest& request, const std::vector<std::string>& tools)
    {
        return std::ranges::all_of(tools, [&](const std::string& name) {
            return std::ranges::any_of(request.tools,
                                       [&](const auto& tool) { return tool.name == name; });
        });
    }

    std::string textOrNothing(const Message* message)
    {
        return message == nullptr ? std::string() : scriptTextOf(*message);
    }

    /// Some four bytes a token, as English text has.
    std::int64_t estimatedTokens(std::size_t bytes)
    {
        constexpr std::size_t kBytesPerToken = 4;
        return static_cast<std::int64_t>((bytes + kBytesPerToken - 1) / kBytesPerToken);
    }

    std::size_t bytesOf(const Message& message)
    {
        ConversationFactsCache cache;
        return cache.of(MessageChain().with(message)).bytes;
    }

    json resultAt(const std::string& result, std::string_view pointer)
    {
        const auto parsed = tracestore::parseJson(result);
        if (!parsed)
            return {};
        return valueAtPointer(*parsed, pointer);
    }

    /// FNV-1a with a finish: the same everywhere.
    std::uint64_t hashOf(std::string_view text)
    {
        std::uint64_t hash = 0xcbf29ce484222325U;
        for (const char c : text)
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccdU;
        hash = (hash ^ (hash >> 33U)) * 0xc4ceb9fe1a85ec53U;
        return hash ^ (hash >> 33U);
    }

    /// Drawn from the request alone: its `seed`, who is asked what, and the turn. So equal requests
    /// get equal answers, and a replay the same as the run.
    double drawnFor(const ChatRequest& request, const ConversationFacts& facts, std::size_t rule)
    {
        const auto parameters = tracestore::parseJson(request.parameters);
        const json seed
            = parameters && parameters->is_object() ? parameters->value("seed", json()) : json();
        const std::string drawn = seed.dump() + '\n' + std::to_string(rule) + '\n'
            + std::to_string(facts.answers) + '\n' + textOrNothing(facts.system) + '\n'
            + textOrNothing(facts.input);
        return static_cast<double>(hashOf(drawn) >> 11U) * 0x1.0p-53;
    }

} // namespace

Script::Script(std::string name, std::vector<ScriptRule> rules, std::map<std::string, json> state)
    : m_name(std::move(name))
    , m_rules(std::move(rules))
    , m_counts(m_rules.size())
    , m_state(std::move(state))
{ }

std::optional<Script::Match> Script::match(std::size_t rule, const ChatRequest& request)
{
    const RuleCondition& when = m_rules[rule].when;
    if (m_rules[rule].times && m_counts[rule] >= *m_rules[rule].times)
        return {};
    Match found;
    found.count = m_counts[rule] + 1;
    if (!lastFit(when.last, request.messages, found.captures))
        return {};
    for (const auto& [name, value] : when.state)
        if (const auto known = m_state.find(name); known == m_state.end() || known->second != value)
            return {};
    found.facts = m_facts.of(request.messages);
    const std::size_t turn = found.facts.answers + 1;
    if (turn < when.fromTurn || (when.toTurn && turn > *when.toTurn))
        return {};
    if (!fits(when.model, request.model, found.captures)
        || !fits(when.system, textOrNothing(found.facts.system), found.captures)
        || !fits(when.input, textOrNothing(found.facts.input), found.captures)
        || !offersAll(request, when.tools))
        return {};
    if (when.chance && drawnFor(request, found.facts, rule) >= *when.chance)
        return {};
    const auto results = resultsAtEnd(request.messages);
    if (when.result && !resultFits(*when.result, results, found.captures, found.result))
        return {};
    if (!when.result && !results.empty())
        found.result = results.back().part->content;
    if (!request.messages.isEmpty())
        found.last = scriptTextOf(request.messages.last());
    return found;
}

json Script::valueOf(std::string_view name, const Match& match) const
{
    constexpr std::string_view kState = "state.";
    constexpr std::string_view kResultPath = "result:";
    if (const auto capture = match.captures.find(name); capture != match.captures.end())
        return capture->second;
    if (name.starts_with(kState)) {
        const auto known = m_state.find(std::string(name.substr(kState.size())));
        return known == m_state.end() ? json() : known->second;
    }
    if (name.starts_with(kResultPath))
        return resultAt(match.result, name.substr(kResultPath.size()));
    if (name == "turn")
        return match.facts.answers + 1;
    if (name == "call")
        return m_calls;
    if (name == "count")
        return match.count;
    if (name == "last")
        return match.last;
    if (name == "result")
        return match.result;
    if (name == "input")
        return textOrNothing(match.facts.input);
    return {};
}

/// Ids of calls are made of their place in the conversation, so that they differ in it whatever
/// was asked before.
void Script::addParts(const ScriptReply& reply, const Match& match, Message& message) const
{
    const ScriptValues values = [&](std::string_view name) { return valueOf(name, match); };
    if (!reply.reasoning.isEmpty())
        message.parts.emplace_back(
            tracestore::ReasoningPart {reply.reasoning.fill(values), {}, false});
    if (!reply.text.isEmpty())
        message.parts.emplace_back(tracestore::TextPart {reply.text.fill(values)});
    std::size_t number = 0;
    for (const ScriptCall& call : reply.calls)
        message.parts.emplace_back(ToolCallPart {
            "call_" + std::to_string(match.facts.length) + '_' + std::to_string(++number),
            call.name.fill(values),
            call.rawArguments.empty() ? tracestore::toJsonText(call.arguments.fill(values))
                                      : call.rawArguments});
}

void Script::changeState(const ScriptRule& rule)
{
    constexpr double kMostWhole = 1e15;
    for (const auto& [name, value] : rule.set)
        m_state[name] = value;
    for (const auto& [name, amount] : rule.add) {
        json& known = m_state[name];
        const double sum = (known.is_number() ? known.get<double>() : 0) + amount;
        // Whole numbers stay whole in texts.
        known = sum;
        if (std::abs(sum) < kMostWhole && std::trunc(sum) == sum)
            known = static_cast<std::int64_t>(sum);
    }
}

ScriptedAnswer Script::reply(std::size_t rule, const ChatRequest& request, const Match& match)
{
    const ScriptReply& reply = m_rules[rule].reply;
    ++m_counts[rule];
    changeState(m_rules[rule]);
    ScriptedAnswer answer {.fault = reply.fault, .pace = reply.pace, .rule = m_rules[rule].name};
    ChatResponse& response = answer.response;
    response.message.role = Role::Assistant;
    const bool isEmpty = reply.fault && reply.fault->kind == ScriptFault::Kind::Empty;
    if (!isEmpty)
        addParts(reply, match, response.message);
    response.finishReason = !reply.finish.empty() ? reply.finish
        : reply.calls.empty() || isEmpty          ? "stop"
                                                  : "tool_calls";
    response.id = "script_" + std::to_string(m_calls);
    response.model = request.model;
    if (reply.usage) {
        response.usage = reply.usage;
    } else {
        tracestore::TokenUsage usage;
        usage.input = estimatedTokens(match.facts.bytes);
        usage.output = estimatedTokens(bytesOf(response.message));
        usage.state = tracestore::UsageState::Estimated;
        response.usage = usage;
    }
    return answer;
}

Result<ScriptedAnswer> Script::answer(const ChatRequest& request)
{
    constexpr std::size_t kShown = 200;
    ++m_calls;
    for (std::size_t rule = 0; rule < m_rules.size(); ++rule)
        if (const auto found = match(rule, request))
            return reply(rule, request, *found);
    std::string asked = "an empty conversation";
    if (!request.messages.isEmpty()) {
        const Message& last = request.messages.last();
        std::string text = scriptTextOf(last);
        if (text.size() > kShown)
            text = tracestore::toValidUtf8(text.substr(0, kShown)) + " ...";
        asked = "a conversation that ends with (" + std::string(toWord(last.role)) + ") "
            + tracestore::quoteJson(text);
    }
    return tracestore::fail(ErrorCode::NotFound,
                            m_name + ": no rule fits " + asked
                                + ". Add one, or one without `when` at the end.");
}

} // namespace engine
