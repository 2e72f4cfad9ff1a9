#pragma once

#include "tracestore/base/column.h"
#include "tracestore/model/import_report.h"
#include "tracestore/model/payload_source.h"
#include "tracestore/model/raw_ref_column.h"
#include "tracestore/model/session.h"
#include "tracestore/model/string_pool.h"

#include <memory>
#include <span>

namespace tracestore {

/// Where a trace came from.
struct TraceOrigin
{
    std::string formatId; ///< of the importer: `otlp`, `claude-code`, `kymo` for a recording
    std::string formatName; ///< for people
    std::string producerName; ///< the program or library that wrote the source, where it says so
    std::string producerVersion;
    std::vector<std::string> files; ///< paths as they were opened; FileId is an index into them

    bool operator==(const TraceOrigin&) const = default;
};

/// The spans of a trace, a column for each field; index = SpanId. The order is that of the source.
struct SpanColumns
{
    static constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::min();

    Column<SessionId> session;
    Column<SpanKind> kind;
    Column<StringId> name;
    Column<StringId> origKind;
    Column<StringId> origId;
    Column<StringId> traceId;
    Column<SpanId> parent;
    Column<StringId> parentOrigId;
    Column<ParentState> parentState;
    Column<AgentId> agent;
    Column<BranchId> branch;
    Column<std::int64_t> start; ///< ns since epoch or kNoTime; likewise end and firstToken
    Column<std::int64_t> end;
    Column<std::int64_t> firstToken;
    Column<TimeSource> timeSource;
    Column<SpanStatus> status;
    Column<StringId> requestedModel;
    Column<StringId> respondedModel;
    Column<StringId> provider;
    Column<StringId> responseId;
    Column<StringId> toolCallId;
    Column<std::uint8_t> countsInTotals;
    Column<std::uint32_t> usage; ///< index into usages, or Id::kNone; likewise cost and error
    Column<std::uint32_t> cost;
    Column<std::uint32_t> error;
    Column<std::uint32_t> firstRaw; ///< index into raws of the first of rawCount
    Column<std::uint32_t> rawCount;

    Column<TokenUsage> usages;
    Column<Cost> costs;
    Column<SpanError> errors;
    RawRefColumn raws;

    [[nodiscard]] std::size_t size() const { return kind.size(); }
};

/// An immutable snapshot of a trace: columns of spans with their tree, sessions, agents, branches
/// and links. Payloads are not in it; `payloads()` fetches them. Any thread may read it; views
/// share it by `std::shared_ptr<const Trace>`.
class Trace
{
public:
    /// Everything that a builder hands over.
    struct Data
    {
        TraceOrigin origin;
        StringPool strings;
        SpanColumns spans;
        std::vector<Session> sessions;
        std::vector<Agent> agents;
        std::vector<Branch> branches;
        std::vector<SpanLink> links; ///< in order of `from`
        ImportReport report;
        std::shared_ptr<const PayloadSource> payloads; ///< never null
    };

    explicit Trace(Data data);

    [[nodiscard]] const Data& data() const { return m_data; }

    [[nodiscard]] const TraceOrigin& origin() const { return m_data.origin; }

    [[nodiscard]] const ImportReport& report() const { return m_data.report; }

    [[nodiscard]] const PayloadSource& payloads() const { return *m_data.payloads; }

    [[nodiscard]] const std::vector<Session>& sessions() const { return m_data.sessions; }

    [[nodiscard]] const std::vector<Agent>& agents() const { return m_data.agents; }

    [[nodiscard]] const std::vector<Branch>& branches() const { return m_data.branches; }

    [[nodiscard]] const std::vector<SpanLink>& links() const { return m_data.links; }

    [[nodiscard]] const Session& session(SessionId id) const
    {
        return m_data.sessions.at(id.index());
    }

    [[nodiscard]] const Agent& agent(AgentId id) const { return m_data.agents.at(id.index()); }

    /// The links that leave a span.
    [[nodiscard]] std::span<const SpanLink> linksFrom(SpanId span) const;

    [[nodiscard]] std::size_t spanCount() const { return m_data.spans.size(); }

    [[nodiscard]] const SpanColumns& columns() const { return m_data.spans; }

    [[nodiscard]] std::string_view text(StringId id) const { return m_data.strings.text(id); }

    [[nodiscard]] const StringPool& strings() const { return m_data.strings; }

    // One span. All O(1); the id is of this trace.
    [[nodiscard]] SessionId sessionOf(SpanId span) const
    {
        return m_data.spans.session[span.index()];
    }

    [[nodiscard]] SpanKind kind(SpanId span) const { return m_data.spans.kind[span.index()]; }

    [[nodiscard]] std::string_view name(SpanId span) const
    {
        return text(m_data.spans.name[span.index()]);
    }

    [[nodiscard]] std::string_view origKind(SpanId span) const
    {
        return text(m_data.spans.origKind[span.index()]);
    }

    [[nodiscard]] std::string_view origId(SpanId span) const
    {
        return text(m_data.spans.origId[span.index()]);
    }

    [[nodiscard]] std::string_view traceId(SpanId span) const
    {
        return text(m_data.spans.traceId[span.index()]);
    }

    [[nodiscard]] SpanId parent(SpanId span) const { return m_data.spans.parent[span.index()]; }

    [[nodiscard]] ParentState parentState(SpanId span) const
    {
        return m_data.spans.parentState[span.index()];
    }

    [[nodiscard]] AgentId agentOf(SpanId span) const { return m_data.spans.agent[span.index()]; }

    [[nodiscard]] BranchId branchOf(SpanId span) const { return m_data.spans.branch[span.index()]; }

    [[nodiscard]] std::optional<Timestamp> start(SpanId span) const
    {
        return time(m_data.spans.start[span.index()]);
    }

    [[nodiscard]] std::optional<Timestamp> end(SpanId span) const
    {
        return time(m_data.spans.end[span.index()]);
    }

    [[nodiscard]] std::optional<Timestamp> firstToken(SpanId span) const
    {
        return time(m_data.spans.firstToken[span.index()]);
    }

    /// end - start where both are known and in order.
    [[nodiscard]] std::optional<Duration> duration(SpanId span) const;

    [[nodiscard]] TimeSource timeSource(SpanId span) const
    {
        return m_data.spans.timeSource[span.index()];
    }

    [[nodiscard]] SpanStatus status(SpanId span) const { return m_data.spans.status[span.index()]; }

    /// The model that answered, else the one that was asked for; empty where neither is known.
    [[nodiscard]] std::string_view model(SpanId span) const;

    [[nodiscard]] std::string_view provider(SpanId span) const
    {
        return text(m_data.spans.provider[span.index()]);
    }

    [[nodiscard]] std::string_view toolCallId(SpanId span) const
    {
        return text(m_data.spans.toolCallId[span.index()]);
    }

    [[nodiscard]] bool countsInTotals(SpanId span) const
    {
        return m_data.spans.countsInTotals[span.index()] != 0;
    }

    /// Null where not known; likewise cost and error. Valid as long as the trace.
    [[nodiscard]] const TokenUsage* usage(SpanId span) const;
    [[nodiscard]] const Cost* cost(SpanId span) const;
    [[nodiscard]] const SpanError* error(SpanId span) const;
    [[nodiscard]] std::vector<RawRef> raw(SpanId span) const;

    // The tree. Siblings stand in order of start time; those without a time keep their place
    // behind the sibling that precedes them in the source.
    [[nodiscard]] std::span<const SpanId> children(SpanId span) const;
    /// The spans without a parent in the trace.
    [[nodiscard]] std::span<const SpanId> roots() const;
    [[nodiscard]] std::span<const SpanId> roots(SessionId session) const;

    /// All spans, each before its children, in sibling order: the order of the step tree.
    [[nodiscard]] const std::vector<SpanId>& preOrder() const { return m_preOrder; }

    /// The place of a span in preOrder().
    [[nodiscard]] std::size_t preOrderIndex(SpanId span) const
    {
        return m_preOrderIndex[span.index()];
    }

    /// How many spans stand below it; they follow it in preOrder().
    [[nodiscard]] std::size_t descendantCount(SpanId span) const
    {
        return m_descendants[span.index()];
    }

    /// 0 for a root.
    [[nodiscard]] std::size_t depth(SpanId span) const { return m_depth[span.index()]; }

private:
    static std::optional<Timestamp> time(std::int64_t ns)
    {
        return ns == SpanColumns::kNoTime ? std::nullopt : std::optional(Timestamp {ns});
    }

    void indexChildren();
    void sortSiblings(std::span<SpanId> siblings) const;
    void walk();

    Data m_data;
    std::vector<SpanId> m_childList; ///< children of all spans one after another, then the roots
    std::vector<std::uint32_t> m_firstChild; ///< spanCount() + 2 marks into it
    std::vector<std::uint32_t> m_firstRootOfSession;
    std::vector<SpanId> m_preOrder;
    std::vector<std::uint32_t> m_preOrderIndex;
    std::vector<std::uint32_t> m_descendants;
    std::vector<std::uint32_t> m_depth;
};

using TracePtr = std::shared_ptr<const Trace>;

} // namespace tracestore
