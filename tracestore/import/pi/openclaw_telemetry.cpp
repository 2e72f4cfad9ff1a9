#include "tracestore/import/pi/openclaw_telemetry.h"

#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/pi/pi_content.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/title_text.h"
#include "tracestore/import/reading/unix_time.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    constexpr std::array<std::string_view, 7> kTypes = {"tool.start",
                                                        "tool.end",
                                                        "agent.start",
                                                        "agent.end",
                                                        "message.in",
                                                        "message.out",
                                                        "message.sending"};

    Result<void> readText(const nlohmann::json& event, Role role, std::vector<Message>& to)
    {
        if (const auto* text = anyMemberOf(event, {"content", "prompt"}))
            to.push_back(messageOf(*text, role));
        return {};
    }

    Result<void> readPrompt(const nlohmann::json& event, std::vector<Message>& to)
    {
        return readText(event, Role::User, to);
    }

    Result<void> readSent(const nlohmann::json& event, std::vector<Message>& to)
    {
        return readText(event, Role::Assistant, to);
    }

} // namespace

bool OpenClawTelemetry::isEvent(const JsonView& line)
{
    const std::string type = line["type"].string();
    return std::ranges::find(kTypes, type) != kTypes.end() && !line.has("data")
        && (line["sessionKey"].isString() || line["channel"].isString());
}

OpenClawTelemetry::OpenClawTelemetry(TraceBuilder& builder,
                                     StepPayloads& payloads,
                                     ReportBatch& report,
                                     const RecordText& source,
                                     std::string key)
    : m_builder(builder)
    , m_report(report)
    , m_source(source)
    , m_talk(builder,
             payloads,
             builder.addSession({.key = std::move(key), .producerName = "OpenClaw"}))
{ }

void OpenClawTelemetry::add(const JsonView& event)
{
    const std::string type = event["type"].string();
    m_time = timeOfMilliseconds(event["timestamp"].number());
    Lane& lane = laneOf(event);
    m_talk.goTo(lane.place);
    if (type == "message.in")
        addPrompt(event, lane, event["content"]);
    else if (type == "agent.start")
        addPrompt(event, lane, event["prompt"]);
    else if (type == "agent.end")
        endTurn(event, lane);
    else if (type == "tool.start")
        startTool(event);
    else if (type == "tool.end")
        endTool(event);
    else
        addSent(event, lane);
    lane.place = m_talk.place();
}

OpenClawTelemetry::Lane& OpenClawTelemetry::laneOf(const JsonView& event)
{
    const std::string key = event["sessionKey"].string();
    const bool isSubAgent = key.find(":subagent:") != std::string::npos;
    const std::string agent
        = event["agentId"].string().empty() ? "main" : event["agentId"].string();
    const std::string name = isSubAgent ? key : agent;
    if (const auto known = m_lanes.find(name); known != m_lanes.end())
        return known->second;
    return addLane(
        isSubAgent ? "sub-agent" : agent, name, isSubAgent ? takeSpawn(event) : SpanId());
}

OpenClawTelemetry::Lane&
OpenClawTelemetry::addLane(const std::string& name, const std::string& key, SpanId startedBy)
{
    m_talk.goTo({});
    Lane& lane = m_lanes[key];
    lane.agent = m_talk.addAgent({.name = name,
                                  .origKind = "agent",
                                  .origId = key,
                                  .parent = startedBy,
                                  .isParentImplied = startedBy.isValid()},
                                 {.name = name, .origId = key});
    lane.place = m_talk.place();
    if (startedBy.isValid())
        m_builder.addLink({.from = startedBy, .to = lane.agent, .kind = LinkKind::SpawnedAgent});
    return lane;
}

/// The call that started a sub-agent: the one whose task its prompt repeats, else the oldest that
/// still waits for one.
SpanId OpenClawTelemetry::takeSpawn(const JsonView& event)
{
    if (m_spawns.empty())
        return {};
    const std::string prompt = event["prompt"].string();
    auto found = std::ranges::find_if(m_spawns, [&](const Spawn& spawn) {
        return !spawn.task.empty() && prompt.find(spawn.task) != std::string::npos;
    });
    if (found == m_spawns.end()) {
        found = m_spawns.begin();
        m_report.add(ReportSeverity::Guessed,
                     m_source.placeOf(event).offset,
                     "Which call started a sub-agent was concluded from the order.");
    }
    const SpanId tool = found->tool;
    m_spawns.erase(found);
    return tool;
}

/// A prompt is told of when it comes in, and twice when an agent starts with it.
void OpenClawTelemetry::addPrompt(const JsonView& event, Lane& lane, const JsonView& text)
{
    const RawRef place = m_source.placeOf(event);
    const std::string prompt = text.string();
    const bool isOpen
        = !prompt.empty() && prompt == lane.prompt && event["type"].string() == "agent.start";
    SpanId turn = m_talk.scope();
    if (isOpen) {
        m_talk.addRaw(turn, place);
    } else {
        lane.prompt = prompt;
        const std::string title = titleText(prompt);
        Session& session = m_builder.session(m_talk.session());
        if (session.title.empty())
            session.title = title;
        const std::string type = event["type"].string();
        turn = m_talk.addTurn({.name = title.empty() ? "prompt" : std::string_view(title),
                               .origKind = type,
                               .start = m_time,
                               .raw = {place}},
                              lane.agent,
                              place,
                              readPrompt);
    }
    if (const JsonView& messages = event["messages"]; messages.isArray())
        m_talk.payloads().addInput(turn, m_source.placeOf(messages), readPiMessages);
}

void OpenClawTelemetry::endTurn(const JsonView& event, const Lane& lane)
{
    const SpanId turn = m_talk.scope();
    m_talk.addRaw(turn, m_source.placeOf(event));
    if (turn == lane.agent)
        return;
    if (event["success"].isTrue())
        m_talk.setStatus(turn, SpanStatus::Ok);
    else if (event["success"].isFalse() || event["error"].isString())
        m_talk.fail(turn, {.type = "agent", .message = event["error"].string()});
    m_talk.setEnd(turn, m_time);
}

void OpenClawTelemetry::startTool(const JsonView& event)
{
    const std::string name = event["toolName"].string();
    const SpanId tool = m_talk.addTool({.name = name.empty() ? "tool" : std::string_view(name),
                                        .origKind = "tool.start",
                                        .start = m_time,
                                        .raw = {m_source.placeOf(event)}});
    const JsonView& parameters = event["params"];
    if (parameters.isThere())
        m_talk.payloads().add(tool, m_source.placeOf(parameters), readToolArguments);
    m_running[event["sessionKey"].string() + '\n' + name].push_back(tool);
    constexpr std::size_t kMaxWaiting = 1000;
    if (name == "sessions_spawn" && m_spawns.size() < kMaxWaiting)
        m_spawns.push_back({tool, parameters["task"].string()});
}

/// The end of the tool of that name which has run longest under the key.
void OpenClawTelemetry::endTool(const JsonView& event)
{
    const std::string name = event["toolName"].string();
    auto& running = m_running[event["sessionKey"].string() + '\n' + name];
    SpanId tool;
    if (running.empty()) {
        tool = m_talk.addTool(
            {.name = name.empty() ? "tool" : std::string_view(name), .origKind = "tool.end"});
    } else {
        tool = running.front();
        running.pop_front();
    }
    const bool isFailed = event["success"].isFalse() || event["error"].isString();
    const SpanStatus status = isFailed ? SpanStatus::Error
        : event["success"].isTrue()    ? SpanStatus::Ok
                                       : SpanStatus::Unknown;
    m_talk.endTool(tool, status, m_time, m_source.placeOf(event));
    if (isFailed)
        m_talk.fail(tool, {.type = "tool error", .message = event["error"].string()});
    m_talk.payloads().add(tool, m_source.placeOf(event), readAttributes);
    if (const JsonView& result = event["result"]; result.isThere())
        m_talk.payloads().add(tool, m_source.placeOf(result), readToolResult);
}

/// A message is told of when it is being sent, and when that is done.
void OpenClawTelemetry::addSent(const JsonView& event, Lane& lane)
{
    const RawRef place = m_source.placeOf(event);
    const std::string content = event["content"].string();
    const bool isDone = event["type"].string() == "message.out";
    SpanId span = m_sending;
    if (!isDone || !span.isValid() || content != m_sent) {
        const std::string title = titleText(content);
        span = m_talk.add({.kind = SpanKind::Message,
                           .name = title.empty() ? "message" : std::string_view(title),
                           .origKind = "message.out",
                           .parent = m_talk.scope().isValid() ? m_talk.scope() : lane.agent,
                           .isParentImplied = true,
                           .start = m_time,
                           .status = SpanStatus::Pending,
                           .raw = {place}});
        m_talk.payloads().addOutput(span, place, readSent);
        m_sending = span;
        m_sent = content;
    } else {
        m_talk.addRaw(span, place);
    }
    if (!isDone)
        return;
    m_sending = SpanId();
    if (event["success"].isFalse())
        m_talk.fail(span, {.type = "message.out", .message = event["error"].string()});
    else
        m_talk.setStatus(span, SpanStatus::Ok);
}

} // namespace tracestore
