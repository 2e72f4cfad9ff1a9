#pragma once

#include "tracestore/model/interned_span.h"
#include "tracestore/model/span_name_index.h"
#include "tracestore/model/trace.h"

#include <unordered_map>

namespace tracestore {

/// Collects what an importer finds and makes a Trace of it: interns texts, resolves parents that
/// arrive late, cuts cycles, hands agents and sessions down the tree. One thread; use once.
class TraceBuilder
{
public:
    explicit TraceBuilder(TraceOrigin origin);

    /// Goes on with what a trace was made of, for costs alone: names of spans are not known any
    /// more.
    static TraceBuilder resumed(Trace::Data data);

    TraceOrigin& origin() { return m_data.origin; }

    ImportReport& report() { return m_data.report; }

    FileId addFile(std::string path);
    SessionId addSession(Session session);
    AgentId addAgent(Agent agent);
    BranchId addBranch(Branch branch);
    SpanId addSpan(const SpanRecord& record);

    /// Likewise, for who has interned the texts of many spans at once. `sameName` (if given)
    /// becomes the first span of that name, if this is not it.
    SpanId addSpan(const InternedSpan& record, SpanId* sameName = nullptr);
    void addLink(SpanLink link);

    Session& session(SessionId id) { return m_data.sessions.at(id.index()); }

    Agent& agent(AgentId id) { return m_data.agents.at(id.index()); }

    [[nodiscard]] std::size_t sessionCount() const { return m_data.sessions.size(); }

    [[nodiscard]] std::size_t spanCount() const { return m_data.spans.size(); }

    /// The first span of that name, in any case; invalid where there is none (yet).
    [[nodiscard]] SpanId findSpan(std::string_view traceId, std::string_view origId) const;

    /// What there is so far; a copy shares all that is large.
    [[nodiscard]] const Trace::Data& data() const { return m_data; }

    // What was added can still be corrected until finish().
    SpanColumns& columns() { return m_data.spans; }

    StringId intern(std::string_view text) { return m_data.strings.intern(text); }

    StringPool& strings() { return m_data.strings; }

    /// The text by which ids are compared: without upper case.
    StringId folded(StringId id);

    /// The id of a text as folded() gives it; empty where nobody named it.
    [[nodiscard]] StringId findFolded(std::string_view text) const;

    [[nodiscard]] std::string_view text(StringId id) const { return m_data.strings.text(id); }

    void setUsage(SpanId span, const TokenUsage& usage);
    void setCost(SpanId span, const Cost& cost);
    void setError(SpanId span, const SpanError& error);

    /// Looks up the parents that were named by the source and cuts cycles. finish() calls it; call
    /// it before, to work on the tree (columns().parent is complete afterwards).
    void resolveParents();

    /// The trace. Sessions without times get them from their spans; spans without an agent take
    /// their parent's.
    TracePtr finish(std::shared_ptr<const PayloadSource> payloads);

    /// The trace of what was finished before.
    TracePtr finishAgain() { return std::make_shared<const Trace>(std::move(m_data)); }

private:
    void cutCycles();
    void inheritAgents();
    void timeSessions();

    [[nodiscard]] SpanId findFolded(StringId traceId, StringId origId) const;
    [[nodiscard]] StringId knownFolded(StringId id) const;
    SpanId registerName(SpanId span);

    Trace::Data m_data;
    SpanNameIndex m_byName;
    /// Of the ids that have upper case, which are few or all, those without.
    std::unordered_map<StringId, StringId> m_folded;
};

} // namespace tracestore
