#pragma once

#include "engine/agent/agent_factory.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QString>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

/// Outcomes written in a line, and steps of agents as text, for tests of folds.
namespace tests {

inline engine::AgentConfig agentConfig(engine::AgentPattern pattern = engine::AgentPattern::React)
{
    engine::AgentConfig config;
    config.name = "agent";
    config.pattern = pattern;
    config.model = {"p", "m", nlohmann::json::object(), true};
    config.prompt.behaviour = "Help.";
    return config;
}

inline engine::ToolDefinition tool(const std::string& name, const std::string& description = "")
{
    return {name, description, R"({"type":"object"})"};
}

struct Call
{
    std::string id;
    std::string name;
    std::string arguments = "{}";
};

inline engine::Outcome modelSays(const std::string& text, const std::vector<Call>& calls = {})
{
    engine::Outcome outcome;
    engine::ChatResponse& response = outcome.response.emplace();
    response.message.role = tracestore::Role::Assistant;
    if (!text.empty())
        response.message.parts.emplace_back(tracestore::TextPart {text});
    for (const Call& call : calls)
        response.message.parts.emplace_back(
            tracestore::ToolCallPart {call.id, call.name, call.arguments});
    response.finishReason = calls.empty() ? "stop" : "tool_calls";
    return outcome;
}

inline engine::Outcome gives(const std::string& text)
{
    engine::Outcome outcome;
    outcome.text = text;
    return outcome;
}

inline engine::Outcome fails(const std::string& message, const std::string& type = "500")
{
    return engine::failedOutcome(engine::OutcomeStatus::Error, type, message);
}

struct WantText
{
    std::string operator()(const engine::ModelCall& call) const
    {
        std::string text = "model " + call.target.provider + '/' + call.target.model;
        if (!call.request.tools.empty()) {
            text += " [";
            for (const auto& offered : call.request.tools)
                text += (text.back() == '[' ? "" : " ") + offered.name;
            text += ']';
        }
        return text + " <- " + tracestore::plainText(call.request.messages.last());
    }

    std::string operator()(const engine::ToolCall& call) const
    {
        return "tool " + call.callId + ' ' + call.tool + ' ' + call.arguments;
    }

    std::string operator()(const engine::UserQuestion& question) const
    {
        std::string text = "user " + question.question;
        for (const std::string& option : question.options)
            text += " | " + option;
        return text;
    }

    std::string operator()(const engine::AgentTask& task) const
    {
        return "agent " + task.callId + ' ' + task.agent + ": " + task.task;
    }

    std::string operator()(const engine::TimerWait& wait) const { return "timer " + wait.reason; }
};

/// A step as text: decisions, wants and the result, a line each; line feeds inside as `/`.
inline QString textOf(const engine::AgentStep& step)
{
    constexpr std::array kStatus {"ok", "error", "cancelled", "refused"};
    std::string text;
    const auto add = [&](std::string line) {
        std::replace(line.begin(), line.end(), '\n', '/');
        text += line + '\n';
    };
    for (const auto& decision : step.decisions)
        add("! " + decision.policy + ' ' + decision.action);
    for (const auto& want : step.wants)
        add(std::visit(WantText {}, want));
    if (step.result)
        add("= " + std::string(kStatus.at(static_cast<std::size_t>(step.result->status))) + ' '
            + step.result->answer
            + (step.result->reason.empty() ? "" : " (" + step.result->reason + ')'));
    return QString::fromStdString(text);
}

inline engine::AgentStep answer(engine::Agent& agent, std::vector<engine::Outcome> outcomes)
{
    return agent.apply(engine::TurnAnswered {std::move(outcomes)});
}

/// The messages that the one model call of a step sends, `role: text` each, calls and results too.
inline QString sent(const engine::AgentStep& step)
{
    std::string text;
    const auto* const call
        = step.wants.size() == 1 ? std::get_if<engine::ModelCall>(&step.wants[0]) : nullptr;
    if (call == nullptr)
        return QStringLiteral("no model call");
    for (const tracestore::Message& message : call->request.messages.messages()) {
        text += std::string(tracestore::toWord(message.role)) + ':';
        for (const auto& part : message.parts) {
            if (const auto* said = std::get_if<tracestore::TextPart>(&part))
                text += ' ' + said->text;
            if (const auto* called = std::get_if<tracestore::ToolCallPart>(&part))
                text += " <" + called->id + ' ' + called->name + '>';
            if (const auto* result = std::get_if<tracestore::ToolResultPart>(&part))
                text += " <" + result->callId + (result->isError ? " error" : "") + "> "
                    + result->content;
        }
        text += '\n';
    }
    return QString::fromStdString(text);
}

} // namespace tests
