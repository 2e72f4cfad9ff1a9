#pragma once

#include "tracestore/import/otel/otel_row.h"
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

    /// Adds a span that was mapped before, its texts now in the builder's pool. `sameName` (if
    /// given) becomes the first span of that name, if this is not it.
    SpanId addRow(OtelRow& row, std::span<const RawRef> raw, SpanId* sameName = nullptr);

    /// Adds a log record that belongs to no span in the files, as a step of its own.
    SpanId addLog(const OtelLog& log, const OtelPlace& place);

    /// Says that a span is a second delivery of another.
    void markCopy(SpanId copy, SpanId of);

    /// Settles that a span has the id of one that was there before: a second delivery where the
    /// records are the same, else another that bears its id.
    void settleDouble(SpanId span, SpanId known, const RawRef& place, bool isSameRecord);

    /// Says of which session a trace is, where the container knows and the spans do not.
    void nameSession(std::string_view traceId, std::string_view sessionKey);

    void finish();

    /// The session of a trace of which there are spans; invalid for any other. After finish().
    [[nodiscard]] SessionId sessionOfTrace(std::string_view traceId) const;

private:
    struct TraceInfo
    {
        StringId id;
        StringId sessionKey;
        bool hasSpans = false;
    };

    struct SpanInfo
    {
        std::uint32_t trace = 0;
        bool isLog = false;
        StringId ownSession; ///< of a log record
        std::uint32_t links = 0;
    };

    std::uint32_t traceOf(StringId traceId);
    void takeSessionKey(std::uint32_t trace, StringId key);
    void reportRow(const OtelRow& row, const RawRef& place);
    AgentId agentOf(StringId name, StringId id);
    void addSessions();
    [[nodiscard]] StringId sessionKeyOf(const SpanInfo& info) const;
    SessionId sessionOf(StringId key, std::uint32_t scope);
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
    std::unordered_map<StringId, std::uint32_t> m_traceIndex;
    StringId m_untraced; ///< the session of spans of no trace
    StringId m_lastTraceId; ///< spans of a trace come together, as a rule
    std::uint32_t m_lastTrace = 0;
    std::vector<SpanInfo> m_spans;
    std::vector<OtelSpanHint> m_hints;
    std::vector<SpanLink> m_links;
    std::unordered_map<StringId, AgentId> m_agents;
    std::unordered_map<StringId, SessionId> m_sessions;
};

} // namespace tracestore
