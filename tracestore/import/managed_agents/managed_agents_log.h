#pragma once

#include "tracestore/import/reading/agent_log.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace tracestore {

/// Makes steps of the events of one session. One thread; builder and payloads outlive it.
class ManagedAgentsLog
{
public:
    ManagedAgentsLog(TraceBuilder& builder, StepPayloads& payloads, std::string key);

    /// A line: an event, or `[call, arguments or what it gave]`. False where it is neither.
    bool add(const nlohmann::json& line, const RawRef& place);

    void finish();

private:
    using Handler
        = void (ManagedAgentsLog::*)(const nlohmann::json& event, const LogRecord& record);

    struct Known
    {
        std::string_view type;
        Handler handle;
    };

    static const Known kKnown[];

    void create(const nlohmann::json& session, const LogRecord& record);
    bool addEvent(const nlohmann::json& event, const RawRef& place);
    void userMessage(const nlohmann::json& event, const LogRecord& record);
    void requestStart(const nlohmann::json& event, const LogRecord& record);
    void requestEnd(const nlohmann::json& event, const LogRecord& record);
    void said(const nlohmann::json& event, const LogRecord& record);
    void toolUse(const nlohmann::json& event, const LogRecord& record);
    void toolResult(const nlohmann::json& event, const LogRecord& record);
    void confirmation(const nlohmann::json& event, const LogRecord& record);
    void idle(const nlohmann::json& event, const LogRecord& record);
    void error(const nlohmann::json& event, const LogRecord& record);
    void moment(const nlohmann::json& event, const LogRecord& record);
    AgentLog& log();

    TraceBuilder& m_builder;
    StepPayloads& m_payloads;
    SessionId m_session;
    std::optional<AgentLog> m_log;
    std::string m_agentName;
    std::string m_agentId;
    std::string m_model;
    std::string m_title; ///< that the source gives
    std::optional<RawRef> m_created;
};

} // namespace tracestore
