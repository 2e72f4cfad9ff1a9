#include "tracestore/import/chat/tau_bench.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_part_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    using nlohmann::json;

    /// What is worth comparing: numbers by value, keys in order. Empty where it is no JSON.
    std::string canonical(std::string_view text)
    {
        const auto value = parseJson(text);
        return value ? toJsonText(*value) : std::string();
    }

    Result<void> readWantedAction(const json& piece, SpanDetail& to)
    {
        to.attributes.push_back({"tau_bench.expected_action", toJsonText(piece)});
        return {};
    }

    /// The benchmark's own rule, which forgives rounding.
    bool isReached(double reward)
    {
        constexpr double kForgiven = 1e-6;
        return reward >= 1 - kForgiven;
    }

    std::string shortNumber(double number)
    {
        std::array<char, 32> text {};
        std::snprintf(text.data(), text.size(), "%g", number);
        return text.data();
    }

} // namespace

bool TauBenchRun::isRun(const JsonRecord& record)
{
    return record.list("traj") != nullptr && record.find("reward") != nullptr;
}

TauBenchRun::TauBenchRun(const JsonRecord& record)
    : m_task(record.text("task_id"))
    , m_trial(record.text("trial"))
    , m_reward(record.number("reward"))
{
    if (m_reward)
        m_scores.push_back({.name = "reward", .value = m_reward});
    if (const PlacedJson* info = record.find("info")) {
        readWanted(*info);
        readScores(*info);
    }
}

void TauBenchRun::readWanted(const PlacedJson& info)
{
    const JsonRecord facts = recordOf(info);
    const PlacedJson* task = facts.find("task");
    if (task == nullptr)
        return;
    const JsonRecord record = recordOf(*task, {"actions"});
    m_instruction = record.text("instruction");
    const std::vector<PlacedJson>* actions = record.list("actions");
    if (actions == nullptr)
        return;
    m_wantedJson = "[";
    for (const PlacedJson& action : *actions) {
        const JsonRecord wanted = recordOf(action);
        const PlacedJson* arguments = wanted.find("kwargs");
        if (arguments == nullptr)
            arguments = wanted.find("arguments");
        m_wanted.push_back(
            {.name = wanted.text("name"),
             .place = action.place,
             .arguments = arguments == nullptr ? std::string() : canonical(arguments->text)});
        m_wantedJson += (m_wanted.size() > 1 ? "," : "") + canonical(action.text);
    }
    m_wantedJson += "]";
}

/// The parts of which the reward is made: whether the database ended as it should, and whether the
/// user was told what they should be.
void TauBenchRun::readScores(const PlacedJson& info)
{
    const JsonRecord facts = recordOf(info);
    const PlacedJson* rewards = facts.find("reward_info");
    if (rewards == nullptr)
        return;
    const JsonRecord record = recordOf(*rewards);
    const PlacedJson* parts = record.find("info");
    if (parts == nullptr)
        return;
    const JsonRecord named = recordOf(*parts);
    for (const std::string_view name : {"r_actions", "r_outputs"}) {
        if (const auto value = named.number(name))
            m_scores.push_back({.name = std::string(name), .value = value});
        else if (const PlacedJson* truth = named.find(name);
                 truth != nullptr && (truth->text == "true" || truth->text == "false"))
            m_scores.push_back(
                {.name = std::string(name), .value = truth->text == "true" ? 1.0 : 0.0});
    }
}

std::string TauBenchRun::title() const
{
    std::string title = m_task.empty() ? "Task" : "Task " + m_task;
    if (!m_trial.empty())
        title += ", trial " + m_trial;
    return title;
}

void TauBenchRun::compare(const ChatCall& call,
                          std::string_view json,
                          SpanId tool,
                          StepPayloads& payloads)
{
    const auto isNamed = [&](const Wanted& wanted) { return wanted.name == call.name; };
    if (std::ranges::none_of(m_wanted, isNamed))
        return;
    const auto value = parseJson(json);
    const MessagePart part = toolCallPartOf(value ? *value : nlohmann::json());
    const std::string arguments = canonical(std::get<ToolCallPart>(part).arguments);
    Wanted* otherwise = nullptr;
    for (Wanted& wanted : m_wanted) {
        if (!isNamed(wanted) || wanted.isMade)
            continue;
        if (wanted.arguments == arguments) {
            wanted.isMade = true;
            return;
        }
        if (otherwise == nullptr)
            otherwise = &wanted;
    }
    if (otherwise != nullptr)
        payloads.add(tool, otherwise->place, readWantedAction);
}

void TauBenchRun::describe(Session& session) const
{
    session.key = "task-" + m_task + (m_trial.empty() ? "" : "-trial-" + m_trial);
    session.producerName = "tau-bench";
    session.scores = m_scores;
    if (m_reward)
        session.outcome = isReached(*m_reward) ? SpanStatus::Ok : SpanStatus::Error;
    json attributes = json::object();
    attributes["task_id"] = m_task;
    attributes["trial"] = m_trial;
    if (!m_instruction.empty())
        attributes["instruction"] = m_instruction;
    if (const auto wanted = parseJson(m_wantedJson))
        attributes["expected_actions"] = *wanted;
    session.attributesJson = toJsonText(attributes);
}

std::optional<SpanError> TauBenchRun::error() const
{
    if (!m_reward || isReached(*m_reward))
        return {};
    std::string message = "The run got reward " + shortNumber(*m_reward) + " of 1.";
    std::string missing;
    for (const Wanted& wanted : m_wanted) {
        if (!wanted.isMade)
            missing += (missing.empty() ? "" : ", ") + wanted.name;
    }
    if (!missing.empty())
        message += " Expected, but not called with these arguments: " + missing + ".";
    return SpanError {.type = "reward", .message = titleLine(message, 500)};
}

} // namespace tracestore
