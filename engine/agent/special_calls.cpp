#include "engine/agent/special_calls.h"

#include "tracestore/base/json_io.h"

namespace engine {

using nlohmann::json;

namespace {

    constexpr const char* kQuestionSchema
        = R"({"type":"object","properties":{"question":{"type":"string"},)"
          R"("options":{"type":"array","items":{"type":"string"},)"
          R"("description":"the answers that make sense, where only these do"}},)"
          R"("required":["question"]})";
    constexpr const char* kTaskSchema
        = R"({"type":"object","properties":{"task":{"type":"string",)"
          R"("description":"what is to be done, with all that has to be known for it"}},)"
          R"("required":["task"]})";

    json argumentsOf(const PendingCall& call)
    {
        auto arguments = tracestore::parseJson(call.arguments.empty() ? "{}" : call.arguments);
        return arguments && arguments->is_object() ? std::move(*arguments) : json::object();
    }

    std::string textOf(const json& arguments, const char* name)
    {
        const auto found = arguments.find(name);
        return found != arguments.end() && found->is_string() ? found->get<std::string>()
                                                              : std::string();
    }

    UserQuestion questionOf(const PendingCall& call)
    {
        const json arguments = argumentsOf(call);
        UserQuestion question;
        question.question = textOf(arguments, "question");
        const auto options = arguments.find("options");
        if (options == arguments.end() || !options->is_array())
            return question;
        for (const json& option : *options) {
            if (option.is_string())
                question.options.push_back(option.get<std::string>());
        }
        return question;
    }

} // namespace

void SpecialCalls::addAskUser(std::string tool)
{
    m_definitions.push_back(
        {tool, "Asks the user a question and waits for the answer.", kQuestionSchema});
    m_calls[std::move(tool)] = {Meaning::AskUser, {}};
}

void SpecialCalls::addDelegate(std::string tool, std::string worker, const std::string& description)
{
    m_definitions.push_back({tool,
                             "Gives a task to " + worker + " and returns what came of it. "
                                 + description
                                 + " Several tasks given in one answer are done at "
                                   "the same time.",
                             kTaskSchema});
    m_calls[std::move(tool)] = {Meaning::Delegate, std::move(worker)};
}

void SpecialCalls::addHandOff(std::string tool, std::string worker, const std::string& description)
{
    m_definitions.push_back({tool,
                             "Hands the conversation to " + worker
                                 + ", who answers the user from now on. " + description,
                             kTaskSchema});
    m_calls[std::move(tool)] = {Meaning::HandOff, std::move(worker)};
}

std::set<std::string> SpecialCalls::names() const
{
    std::set<std::string> names;
    for (const auto& [name, call] : m_calls)
        names.insert(name);
    return names;
}

std::string SpecialCalls::problemOf(const PendingCall& call) const
{
    const auto found = m_calls.find(call.tool);
    if (found == m_calls.end())
        return {};
    const char* const needed = found->second.meaning == Meaning::AskUser ? "question" : "task";
    if (!textOf(argumentsOf(call), needed).empty())
        return {};
    return "The arguments have to be a JSON object with `" + std::string(needed)
        + "`: a text that is not empty.";
}

EffectRequest SpecialCalls::request(const PendingCall& call) const
{
    const auto found = m_calls.find(call.tool);
    if (found == m_calls.end())
        return ToolCall {call.callId, call.tool, call.arguments};
    if (found->second.meaning == Meaning::AskUser)
        return questionOf(call);
    return AgentTask {call.callId, found->second.worker, taskOf(call)};
}

std::string SpecialCalls::handOffTo(const std::string& tool) const
{
    const auto found = m_calls.find(tool);
    return found != m_calls.end() && found->second.meaning == Meaning::HandOff
        ? found->second.worker
        : std::string();
}

std::string SpecialCalls::taskOf(const PendingCall& call)
{
    return textOf(argumentsOf(call), "task");
}

} // namespace engine
