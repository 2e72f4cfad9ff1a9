#pragma once

#include "tracestore/import/otel/otel_span.h"
#include "tracestore/import/otel/otel_totals.h"
#include "tracestore/model/trace_builder.h"

#include <unordered_map>

namespace tracestore {

/// A record of a file and the scope under which it stands.
struct OtelPlace
{
    RawRef raw;
    std::uint32_t scope = 0;
};

/// Makes a trace of OpenTelemetry spans, whatever container they came in: sessions, agents, links,
/// late parents, copies, and what is counted. Add everything, then finish(). One thread.
class OtelAssembly
{
public:
    /// Both outlive this; the tables may grow in between.
    OtelAssembly(TraceBuilder& builder, const OtelTables& tables);

    /// Adds a span with the records that belong to it, its own first.
    SpanId addSpan(const OtelSpan& span, std::uint32_t scope, const std::vector<RawRef>& raw);

    /// Adds a log record that belongs to no span in the files, as a step of its own.
    SpanId addLog(const OtelLog& log, const OtelPlace& place);

    /// Says that a span is a second delivery of another.
    void markCopy(SpanId copy, SpanId of);

    /// Says of which session a trace is, where the container knows and the spans do not.
    void nameSession(std::string_view traceId, std::string_view sessionKey);

    void finish();

    /// The session of a trace of which there are spans; invalid for any other. After finish().
    [[nodiscard]] SessionId sessionOfTrace(std::string_view traceId) const;

private:
    struct TraceInfo
    {
        std::string id;
        std::string sessionKey;
        bool hasSpans = false;
    };

    struct SpanInfo
    {
        std::uint32_t trace = 0;
        bool isLog = false;
        StringId ownSession; ///< of a log record
        std::uint32_t links = 0;
    };

    std::uint32_t traceOf(std::string_view traceId);
    void takeSessionKey(std::uint32_t trace, std::string_view key);
    void setOutcome(SpanRecord& record, const OtelSpan& span, GenAiSpan& mapped);
    void setTimes(SpanRecord& record, const OtelSpan& span, const GenAiSpan& mapped);
    AgentId agentOf(std::string_view name, std::string_view id);
    void addSessions();
    std::string sessionKeyOf(const SpanInfo& info) const;
    SessionId sessionOf(const std::string& key, std::uint32_t scope);
    void countSpan(std::size_t span, SourceCounts& counts);
    void addLinks();
    void giveServiceAgents();
    void report(ReportSeverity severity,
                const RawRef& place,
                std::string_view field,
                std::string_view message);

    TraceBuilder& m_builder;
    const OtelTables& m_tables;
    std::vector<TraceInfo> m_traces;
    std::unordered_map<std::string, std::uint32_t> m_traceIndex;
    std::vector<SpanInfo> m_spans;
    std::vector<OtelSpanHint> m_hints;
    std::vector<SpanLink> m_links;
    std::unordered_map<std::string, AgentId> m_agents;
    std::unordered_map<std::string, SessionId> m_sessions;
};

} // namespace tracestore
