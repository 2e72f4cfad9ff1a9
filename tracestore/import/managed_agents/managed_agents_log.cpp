#include "tracestore/import/managed_agents/managed_agents_log.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/http/provider_usage.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/short_text.h"

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    /// The event of a line, alone or behind the name of the call that gave it.
    const json& eventIn(const json& line)
    {
        return line.is_array() && line.size() == 2 ? line[1] : line;
    }

    Result<void> readSaid(const json& line, std::vector<Message>& to)
    {
        const json& event = eventIn(line);
        const std::string type = plainTextOf(event, {"type"});
        const Role role = type.starts_with("user.") ? Role::User : Role::Assistant;
        if (type == "agent.thinking" && !memberOf(event, "content")
            && !memberOf(event, "thinking")) {
            // That it thought is all that is told.
            to.push_back({.role = role, .parts = {ReasoningPart {.isEncrypted = true}}});
            return {};
        }
        if (const json* content = anyMemberOf(event, {"content", "thinking", "text"}))
            to.push_back(messageOf(*content, role));
        return {};
    }

    Result<void> readCall(const json& line, std::vector<Message>& to)
    {
        const json& event = eventIn(line);
        to.push_back({.role = Role::Assistant,
                      .parts = {ToolCallPart {.id = plainTextOf(event, {"id"}),
                                              .name = plainTextOf(event, {"name"}),
                                              .arguments = plainTextOf(event, {"input"})}}});
        return {};
    }

    Result<void> readResultMessage(const json& line, std::vector<Message>& to)
    {
        const json& event = eventIn(line);
        SpanDetail detail;
        if (const json* content = memberOf(event, "content"))
            static_cast<void>(readToolResult(*content, detail).has_value());
        to.push_back({.role = Role::Tool,
                      .parts = {ToolResultPart {
                          .callId = plainTextOf(
                              event, {"tool_use_id", "mcp_tool_use_id", "custom_tool_use_id"}),
                          .content = detail.toolResult,
                          .isError = flagOf(event, "is_error")}}});
        return {};
    }

    Result<void> readInput(const json& line, SpanDetail& to)
    {
        const json* input = memberOf(eventIn(line), "input");
        return input == nullptr ? Result<void>() : readToolArguments(*input, to);
    }

    Result<void> readResult(const json& line, SpanDetail& to)
    {
        const json* content = memberOf(eventIn(line), "content");
        return content == nullptr ? Result<void>() : readToolResult(*content, to);
    }

    /// What of an event is not its content.
    Result<void> readRest(const json& line, SpanDetail& to)
    {
        const json& event = eventIn(line);
        if (!event.is_object())
            return {};
        for (const auto& [key, value] : event.items()) {
            if (key != "content" && key != "input" && key != "type" && !value.is_null())
                to.attributes.push_back({key, toJsonText(value)});
        }
        return {};
    }

    Result<void> readCreated(const json& line, SpanDetail& to)
    {
        const json& session = eventIn(line);
        if (const json* agent = memberOf(session, "agent")) {
            if (const json* tools = memberOf(*agent, "tools"))
                to.toolDefinitions = toJsonText(*tools);
        }
        return readAttributes(session, to);
    }

    std::optional<Timestamp> timeOf(const json& event)
    {
        return parseIsoTimestamp(plainTextOf(event, {"processed_at", "created_at"}));
    }

} // namespace

const ManagedAgentsLog::Known ManagedAgentsLog::kKnown[] = {
    {"user.message", &ManagedAgentsLog::userMessage},
    {"span.model_request_start", &ManagedAgentsLog::requestStart},
    {"span.model_request_end", &ManagedAgentsLog::requestEnd},
    {"agent.message", &ManagedAgentsLog::said},
    {"agent.thinking", &ManagedAgentsLog::said},
    {"agent.tool_use", &ManagedAgentsLog::toolUse},
    {"agent.mcp_tool_use", &ManagedAgentsLog::toolUse},
    {"agent.custom_tool_use", &ManagedAgentsLog::toolUse},
    {"agent.tool_result", &ManagedAgentsLog::toolResult},
    {"agent.mcp_tool_result", &ManagedAgentsLog::toolResult},
    {"user.custom_tool_result", &ManagedAgentsLog::toolResult},
    {"user.tool_confirmation", &ManagedAgentsLog::confirmation},
    {"session.status_idle", &ManagedAgentsLog::idle},
    {"session.error", &ManagedAgentsLog::error},
};

ManagedAgentsLog::ManagedAgentsLog(TraceBuilder& builder, StepPayloads& payloads, std::string key)
    : m_builder(builder)
    , m_payloads(payloads)
    , m_session(
          builder.addSession({.key = std::move(key), .producerName = "Anthropic managed agents"}))
{ }

AgentLog& ManagedAgentsLog::log()
{
    if (!m_log) {
        m_log.emplace(m_builder,
                      m_payloads,
                      AgentLog::Agent {.session = m_session,
                                       .name = m_agentName.empty() ? "agent" : m_agentName,
                                       .origId = m_agentId,
                                       .role = {},
                                       .parent = {},
                                       .isParentImplied = false,
                                       .place = m_created});
        if (m_created)
            m_payloads.add(m_log->root(), *m_created, readCreated);
    }
    return *m_log;
}

bool ManagedAgentsLog::add(const json& line, const RawRef& place)
{
    if (!line.is_array())
        return addEvent(line, place);
    if (line.size() != 2 || !line[0].is_string())
        return false;
    const std::string& call = line[0].get_ref<const std::string&>();
    if (call.ends_with("sessions.create") || call.ends_with("sessions.retrieve")) {
        create(line[1], {.place = place, .time = timeOf(line[1])});
        return true;
    }
    if (call.ends_with("events.stream") || call.ends_with("events.list"))
        return addEvent(line[1], place);
    if (!call.ends_with("events.send"))
        return false;
    // What is sent comes back in the stream, with its time.
    if (line[1].is_array() && !line[1].empty() && line[1][0].is_string())
        m_builder.session(m_session).key = line[1][0].get<std::string>();
    m_builder.report().addMapped();
    return true;
}

void ManagedAgentsLog::create(const json& session, const LogRecord& record)
{
    m_builder.report().addMapped();
    if (m_log || m_created)
        return;
    m_created = record.place;
    if (const std::string id = plainTextOf(session, {"id"}); !id.empty())
        m_builder.session(m_session).key = id;
    m_title = plainTextOf(session, {"title"});
    const json* agent = memberOf(session, "agent");
    if (agent == nullptr)
        return;
    m_agentName = plainTextOf(*agent, {"name"});
    m_agentId = plainTextOf(*agent, {"id"});
    if (const json* model = memberOf(*agent, "model"))
        m_model = model->is_object() ? plainTextOf(*model, {"id"}) : plainTextOf(model);
}

bool ManagedAgentsLog::addEvent(const json& event, const RawRef& place)
{
    const std::string type = plainTextOf(event, {"type"});
    if (type.find('.') == std::string::npos)
        return false;
    const LogRecord record {.place = place, .time = timeOf(event)};
    const auto known = std::ranges::find(kKnown, type, &Known::type);
    if (known != std::end(kKnown))
        (this->*known->handle)(event, record);
    else if (type.starts_with("session.status") || type.starts_with("session.thread_status"))
        m_builder.report().add({.severity = ReportSeverity::Note,
                                .file = place.file.value,
                                .offset = place.offset,
                                .field = type,
                                .message = "Changes of this status are not shown as steps."});
    else
        moment(event, record);
    m_builder.report().addMapped();
    return true;
}

void ManagedAgentsLog::userMessage(const json& event, const LogRecord& record)
{
    const json* content = memberOf(event, "content");
    const std::string text = content == nullptr ? "" : plainText(messageOf(*content, Role::User));
    Session& session = m_builder.session(m_session);
    if (session.title.empty())
        session.title = shortened(text, kMaxSessionTitle);
    const std::string name = text.empty() ? "message" : shortened(text);
    log().beginTurn(name, record, plainTextOf(event, {"id"}));
    const SpanId message = log().addMoment(SpanKind::Message, name, "user.message", record);
    m_payloads.addOutput(message, record.place, readSaid);
    m_payloads.add(message, record.place, readRest);
    log().remember(record.place, readSaid);
}

void ManagedAgentsLog::requestStart(const json& event, const LogRecord& record)
{
    log().closeAnswer();
    const std::string id = plainTextOf(event, {"id"});
    const SpanId answer = log().openAnswer({.model = m_model,
                                            .provider = "anthropic",
                                            .responseId = {},
                                            .origId = id,
                                            .origKind = "span.model_request"},
                                           record);
    if (record.time)
        m_builder.columns().start.set(answer.index(), record.time->ns);
    m_builder.columns().timeSource.set(answer.index(), TimeSource::Exact);
}

void ManagedAgentsLog::requestEnd(const json& event, const LogRecord& record)
{
    if (!log().hasOpenAnswer())
        requestStart(event, {.place = record.place, .time = {}});
    const SpanId answer = log().lastAnswer();
    log().addRecord(answer, record);
    m_payloads.add(answer, record.place, readRest);
    if (const json* usage = memberOf(event, "model_usage"))
        if (const auto counts = usageOf(ModelApi::Anthropic, {{"usage", *usage}}))
            m_builder.setUsage(answer, *counts);
    if (flagOf(event, "is_error"))
        log().setError(
            answer, {.type = "model_request_error", .message = "The request to the model failed."});
    log().closeAnswer();
}

void ManagedAgentsLog::said(const json& event, const LogRecord& record)
{
    if (!log().hasOpenAnswer())
        requestStart(event, record);
    else
        log().addRecord(log().lastAnswer(), record);
    m_payloads.addOutput(log().lastAnswer(), record.place, readSaid);
    log().remember(record.place, readSaid);
}

void ManagedAgentsLog::toolUse(const json& event, const LogRecord& record)
{
    const std::string id = plainTextOf(event, {"id"});
    const std::string name = plainTextOf(event, {"name"});
    if (log().hasOpenAnswer())
        m_payloads.addOutput(log().lastAnswer(), record.place, readCall);
    const SpanId call = log().addCall(
        {.callId = id, .name = name, .origId = id, .origKind = plainTextOf(event, {"type"})},
        record);
    m_payloads.add(call, record.place, readInput);
    m_payloads.add(call, record.place, readRest);
    log().remember(record.place, readCall);
}

void ManagedAgentsLog::toolResult(const json& event, const LogRecord& record)
{
    const std::string id
        = plainTextOf(event, {"tool_use_id", "mcp_tool_use_id", "custom_tool_use_id"});
    const SpanId call
        = log().addResult({.callId = id, .name = {}, .origId = {}, .origKind = {}}, record);
    m_payloads.add(call, record.place, readResult);
    m_payloads.add(call, record.place, readRest);
    if (flagOf(event, "is_error")) {
        const json* content = memberOf(event, "content");
        log().setError(call,
                       {.type = "tool error",
                        .message = content == nullptr
                            ? std::string()
                            : plainText(messageOf(*content, Role::Tool))});
    }
    log().remember(record.place, readResultMessage);
}

/// The user allowed or forbade a call.
void ManagedAgentsLog::confirmation(const json& event, const LogRecord& record)
{
    const std::string verdict = plainTextOf(event, {"result"});
    const SpanId step = log().addMoment(SpanKind::Approval,
                                        verdict.empty() ? "confirmation" : verdict,
                                        "user.tool_confirmation",
                                        record);
    m_payloads.add(step, record.place, readRest);
    log().setStatus(step, verdict == "allow" ? SpanStatus::Ok : SpanStatus::Cancelled);
    const SpanId call = log().findCall(plainTextOf(event, {"tool_use_id"}));
    if (!call.isValid())
        return;
    m_builder.addLink({.from = step, .to = call, .kind = LinkKind::AnswersCall});
    // It ran only from now on; before, it waited.
    if (verdict == "allow" && record.time)
        m_builder.columns().start.set(call.index(), record.time->ns);
    else if (verdict == "deny")
        log().setStatus(call, SpanStatus::Cancelled);
}

void ManagedAgentsLog::idle(const json& event, const LogRecord& record)
{
    const json* reason = memberOf(event, "stop_reason");
    const std::string why = reason == nullptr ? "" : plainTextOf(*reason, {"type"});
    if (why == "requires_action")
        return; // the turn goes on when the user has answered
    log().endTurn(why == "end_turn" ? SpanStatus::Ok : SpanStatus::Unknown, record.time);
}

void ManagedAgentsLog::error(const json& event, const LogRecord& record)
{
    const json* about = memberOf(event, "error");
    const json& told = about != nullptr ? *about : event;
    const SpanId step = log().addError(
        {.type = plainTextOf(told, {"type"}), .message = plainTextOf(told, {"message"})},
        "session.error",
        record);
    m_payloads.add(step, record.place, readRest);
}

void ManagedAgentsLog::moment(const json& event, const LogRecord& record)
{
    const std::string type = plainTextOf(event, {"type"});
    const SpanKind kind
        = type.find("compact") != std::string::npos ? SpanKind::Compaction : SpanKind::Event;
    const SpanId step = log().addMoment(kind, type, type, record);
    m_payloads.add(step, record.place, readRest);
}

void ManagedAgentsLog::finish()
{
    log().finish();
    Session& session = m_builder.session(m_session);
    if (session.title.empty())
        session.title = m_title;
}

} // namespace tracestore
