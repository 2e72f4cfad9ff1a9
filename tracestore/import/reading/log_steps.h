#pragma once

#include "tracestore/import/reading/agent_log.h"
#include "tracestore/import/reading/record_lines.h"

namespace tracestore {

/// Makes steps of a file of records that is the log of one conversation. Formats derive from it and
/// take the records one after another.
class LogSteps
{
public:
    /// Who wrote the log, for people.
    struct Program
    {
        std::string_view name; ///< `Grok CLI`
        std::string_view agent; ///< `Grok`
    };

    /// Where a log's steps go. All of it outlives them.
    struct Target
    {
        const ImportFile& file;
        TraceBuilder& builder;
        StepPayloads& payloads;
    };

    LogSteps(const Target& target, const Program& program);
    LogSteps(const LogSteps&) = delete;
    LogSteps& operator=(const LogSteps&) = delete;
    virtual ~LogSteps() = default;

    virtual void add(const RecordLine& line) = 0;

    /// After the last record.
    virtual void finish();

protected:
    [[nodiscard]] Session& session() { return m_builder.session(m_session); }

    /// What the user asked: it begins a turn, and the first one is the session's title.
    SpanId addPrompt(std::string_view text,
                     std::string_view origKind,
                     const LogRecord& record,
                     StepPayloads::ReadMessages read);

    /// A prompt within the turn that is open.
    SpanId addToTurn(std::string_view text,
                     std::string_view origKind,
                     const LogRecord& record,
                     StepPayloads::ReadMessages read);

    /// A record that is no step; it is kept with the turn, or the agent, in which it stands.
    void passOver(const LogRecord& record);

    /// The same for one that the format does not know; the report says so.
    void drop(const RecordLine& line, const LogRecord& record, std::string_view type);

    TraceBuilder& m_builder;
    StepPayloads& m_payloads;
    SessionId m_session;
    AgentLog m_log;

private:
    std::string m_programName;
};

using NewLogSteps = std::unique_ptr<LogSteps> (*)(const LogSteps::Target& target);

/// Imports files of records, a session for each. What Importer::read promises holds.
Result<std::shared_ptr<const PayloadSource>> readLogs(const std::vector<ImportFile>& files,
                                                      NewLogSteps newSteps,
                                                      TraceBuilder& builder,
                                                      Job& job);

} // namespace tracestore
