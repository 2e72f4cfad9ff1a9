#pragma once

#include "tracestore/import/mcp/mcp_message.h"
#include "tracestore/import/reading/step_payloads.h"
#include "tracestore/model/trace_builder.h"

#include <map>
#include <unordered_map>

namespace tracestore {

/// Makes steps of the messages of one MCP connection: a step from each request to its response,
/// found by side and id. One thread; builder and payloads outlive it. Call finish() at the end.
class McpLog
{
public:
    McpLog(TraceBuilder& builder, StepPayloads& payloads, std::string key);

    void add(const McpMessage& message, const RawRef& place);
    void finish();

private:
    struct Request
    {
        SpanId span;
        std::string method;
        bool isAnswered = false;
    };

    using RequestKey = std::pair<McpSide, std::string>;

    void addRequest(const McpMessage& message, const RawRef& place);
    void addResponse(const McpMessage& message, const RawRef& place);
    void addNotification(const McpMessage& message, const RawRef& place);
    SpanId addStep(SpanRecord& record, const McpMessage& message, const RawRef& place);
    Request* requestFor(const McpMessage& response);
    SpanId spanOfNotification(const McpMessage& message);
    void settle(Request& request, const McpMessage& message);
    void readInitialize(const Request& request, const nlohmann::json& response);
    AgentId agentOf(McpSide side) const;
    void grow(std::optional<Timestamp> time);

    TraceBuilder& m_builder;
    StepPayloads& m_payloads;
    SessionId m_session;
    SpanId m_root;
    AgentId m_client;
    AgentId m_server;
    std::map<RequestKey, Request> m_requests;
    std::map<std::string, SpanId> m_progress; ///< by token
    std::string m_firstCall;
    bool m_isTimeRelative = false;
};

} // namespace tracestore
