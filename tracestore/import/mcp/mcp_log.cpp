#include "tracestore/import/mcp/mcp_log.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/mcp/mcp_pieces.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/short_text.h"

namespace tracestore {
namespace {

    using nlohmann::json;

    McpSide otherSide(McpSide side)
    {
        return side == McpSide::Client ? McpSide::Server : McpSide::Client;
    }

    SpanKind kindOf(std::string_view method)
    {
        if (method == "tools/call")
            return SpanKind::Tool;
        if (method == "sampling/createMessage")
            return SpanKind::Llm;
        if (method == "resources/read")
            return SpanKind::Retrieval;
        if (method == "elicitation/create")
            return SpanKind::Approval;
        return SpanKind::Other;
    }

    /// `tools/call` is called by its tool, everything else by its method and what it is about.
    std::string nameOf(const McpMessage& message)
    {
        const json* params = memberOf(message.body, "params");
        const std::string target = params == nullptr ? "" : plainTextOf(*params, {"name", "uri"});
        if (message.method == "tools/call" && !target.empty())
            return target;
        return shortened(target.empty() ? message.method : message.method + ' ' + target);
    }

    std::string tokenOf(const json* holder)
    {
        const json* token = holder == nullptr ? nullptr : memberOf(*holder, "progressToken");
        return token == nullptr ? std::string() : toJsonText(*token);
    }

} // namespace

McpLog::McpLog(TraceBuilder& builder, StepPayloads& payloads, std::string key)
    : m_builder(builder)
    , m_payloads(payloads)
    , m_session(builder.addSession({.key = std::move(key)}))
    , m_client(builder.addAgent({.name = "client", .role = "client"}))
    , m_server(builder.addAgent({.name = "server", .role = "server"}))
{
    m_root = builder.addSpan({.session = m_session,
                              .kind = SpanKind::Session,
                              .name = "MCP connection",
                              .agent = m_client});
}

void McpLog::add(const McpMessage& message, const RawRef& place)
{
    m_builder.report().addMapped();
    if (message.isTimeRelative && !std::exchange(m_isTimeRelative, true))
        m_builder.report().add(
            {.severity = ReportSeverity::Note,
             .file = place.file.value,
             .message = "The log tells times since its start, not of day; they begin at 0."});
    grow(message.time);
    switch (message.type) {
    case McpMessage::Type::Request:
        return addRequest(message, place);
    case McpMessage::Type::Notification:
        return addNotification(message, place);
    case McpMessage::Type::Response:
    case McpMessage::Type::BareResult:
        return addResponse(message, place);
    }
}

void McpLog::grow(std::optional<Timestamp> time)
{
    if (!time)
        return;
    SpanColumns& columns = m_builder.columns();
    const std::size_t root = m_root.index();
    if (columns.start[root] == SpanColumns::kNoTime || time->ns < columns.start[root])
        columns.start.set(root, time->ns);
    if (columns.end[root] == SpanColumns::kNoTime || time->ns > columns.end[root])
        columns.end.set(root, time->ns);
    columns.timeSource.set(root, TimeSource::Line);
}

SpanId McpLog::addStep(SpanRecord& record, const McpMessage& message, const RawRef& place)
{
    record.session = m_session;
    record.parent = m_root;
    record.isParentImplied = true;
    record.start = message.time;
    if (message.time)
        record.timeSource = TimeSource::Line;
    record.raw = {place};
    const SpanId span = m_builder.addSpan(record);
    m_payloads.addRaw(span, place);
    return span;
}

void McpLog::addRequest(const McpMessage& message, const RawRef& place)
{
    const McpSide side = message.from.value_or(McpSide::Client);
    const std::string name = nameOf(message);
    SpanRecord record {.kind = kindOf(message.method),
                       .name = name,
                       .origKind = message.method,
                       .origId = message.id,
                       .agent = agentOf(side),
                       .status = SpanStatus::Pending};
    if (record.kind == SpanKind::Tool) {
        record.toolCallId = message.id;
        if (m_firstCall.empty())
            m_firstCall = name;
    }
    const SpanId span = addStep(record, message, place);
    m_payloads.add(span, place, readMcpRequest);
    m_requests[{side, message.id}] = {.span = span, .method = message.method};
    const json* params = memberOf(message.body, "params");
    const std::string token = tokenOf(params == nullptr ? nullptr : memberOf(*params, "_meta"));
    if (!token.empty())
        m_progress[token] = span;
    const json* client = params == nullptr ? nullptr : memberOf(*params, "clientInfo");
    if (const std::string clientName = client == nullptr ? "" : plainTextOf(*client, {"name"});
        !clientName.empty())
        m_builder.agent(m_client).name = clientName;
}

/// Where the log does not say who sent a response, the request that waits for one of its id tells.
McpLog::Request* McpLog::requestFor(const McpMessage& response)
{
    const auto find = [&](McpSide asker) -> Request* {
        const auto known = m_requests.find({asker, response.id});
        return known == m_requests.end() || known->second.isAnswered ? nullptr : &known->second;
    };
    if (response.id.empty())
        return nullptr;
    if (response.from)
        return find(otherSide(*response.from));
    Request* request = find(McpSide::Client);
    return request != nullptr ? request : find(McpSide::Server);
}

void McpLog::addResponse(const McpMessage& message, const RawRef& place)
{
    Request* request = requestFor(message);
    if (request != nullptr) {
        settle(*request, message);
        m_payloads.add(request->span, place, readMcpResponse);
        m_payloads.addRaw(request->span, place);
        return;
    }
    const json* result = memberOf(message.body, "result");
    const json& value = result != nullptr ? *result : message.body;
    const bool isTool = memberOf(value, "content") != nullptr;
    SpanRecord record {.kind = isTool ? SpanKind::Tool : SpanKind::Other,
                       .name = isTool ? "tool result" : "response",
                       .origKind = "response",
                       .origId = message.id,
                       .agent = agentOf(message.from.value_or(McpSide::Server)),
                       .status = SpanStatus::Ok,
                       .error = mcpErrorOf(message.body)};
    if (isTool)
        record.toolCallId = message.id;
    if (record.error)
        record.status = SpanStatus::Error;
    m_payloads.add(addStep(record, message, place), place, readMcpResponse);
    if (message.type == McpMessage::Type::Response)
        m_builder.report().add({.severity = ReportSeverity::Note,
                                .file = place.file.value,
                                .offset = place.offset,
                                .message = "A response answers no request of the log."});
}

void McpLog::settle(Request& request, const McpMessage& message)
{
    request.isAnswered = true;
    SpanColumns& columns = m_builder.columns();
    const std::size_t at = request.span.index();
    if (message.time)
        columns.end.set(at, message.time->ns);
    if (const auto error = mcpErrorOf(message.body)) {
        m_builder.setError(request.span, *error);
        columns.status.set(at, SpanStatus::Error);
    } else {
        columns.status.set(at, SpanStatus::Ok);
    }
    if (const json* result = memberOf(message.body, "result"))
        readInitialize(request, *result);
}

void McpLog::readInitialize(const Request& request, const json& result)
{
    if (request.method != "initialize" && request.method != "server/discover")
        return;
    const json* server = memberOf(result, "serverInfo");
    if (const json* meta = memberOf(result, "_meta"); meta != nullptr && server == nullptr)
        server = anyMemberOf(*meta, {"io.modelcontextprotocol/serverInfo", "serverInfo"});
    if (server == nullptr)
        return;
    const std::string name = plainTextOf(*server, {"name"});
    m_builder.agent(m_server).name = name.empty() ? "server" : name;
    Session& session = m_builder.session(m_session);
    session.producerName = name;
    session.producerVersion = plainTextOf(*server, {"version"});
}

/// The request that a notification is about; invalid where there is none.
SpanId McpLog::spanOfNotification(const McpMessage& message)
{
    const json* params = memberOf(message.body, "params");
    if (params == nullptr)
        return {};
    if (message.method == "notifications/progress") {
        const auto known = m_progress.find(tokenOf(params));
        return known == m_progress.end() ? SpanId() : known->second;
    }
    const json* id = memberOf(*params, "requestId");
    if (message.method != "notifications/cancelled" || id == nullptr)
        return {};
    // Who asked cancels.
    for (const McpSide side : {McpSide::Client, McpSide::Server}) {
        const auto known = m_requests.find({side, toJsonText(*id)});
        if (known == m_requests.end() || message.from.value_or(side) != side)
            continue;
        SpanColumns& columns = m_builder.columns();
        if (!known->second.isAnswered) {
            columns.status.set(known->second.span.index(), SpanStatus::Cancelled);
            if (message.time)
                columns.end.set(known->second.span.index(), message.time->ns);
        }
        return known->second.span;
    }
    return {};
}

void McpLog::addNotification(const McpMessage& message, const RawRef& place)
{
    if (const SpanId span = spanOfNotification(message); span.isValid()) {
        m_payloads.add(span, place, readMcpEvent);
        m_payloads.addRaw(span, place);
        return;
    }
    const std::string name = nameOf(message);
    SpanRecord record {.kind = SpanKind::Event,
                       .name = name,
                       .origKind = message.method,
                       .agent = agentOf(message.from.value_or(McpSide::Server))};
    m_payloads.add(addStep(record, message, place), place, readMcpRequest);
}

AgentId McpLog::agentOf(McpSide side) const
{
    return side == McpSide::Client ? m_client : m_server;
}

void McpLog::finish()
{
    Session& session = m_builder.session(m_session);
    session.title = session.producerName.empty() ? "MCP connection" : session.producerName;
    if (!m_firstCall.empty())
        session.title = shortened(session.title + ": " + m_firstCall, kMaxSessionTitle);
    m_builder.columns().name.set(m_root.index(), m_builder.intern(session.title));
}

} // namespace tracestore
