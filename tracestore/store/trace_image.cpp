#include "tracestore/store/trace_image.h"

#include "tracestore/base/column_io.h"

#include <type_traits>

namespace tracestore {
namespace {

    // Each kind of thing is described once, by a function that goes over its parts with a visitor
    // that writes them or reads them.

    class Saving
    {
    public:
        explicit Saving(BinaryWriter& to)
            : m_to(to)
        { }

        void operator()(const std::string& text) { m_to.text(text); }

        template<class T>
        requires std::is_trivially_copyable_v<T>

        void operator()(const T& value) { m_to.value(value); }

        template<class T>
        void operator()(const Column<T>& column)
        {
            saveColumn(m_to, column);
        }

        template<class T, class Visit>
        void list(const std::vector<T>& values, Visit&& visit)
        {
            m_to.value(static_cast<std::uint64_t>(values.size()));
            for (const T& value : values)
                visit(*this, value);
        }

        template<class T, class Visit>
        void table(const Column<T>& values, Visit&& visit)
        {
            m_to.value(static_cast<std::uint64_t>(values.size()));
            for (std::size_t i = 0; i < values.size(); ++i)
                visit(*this, values[i]);
        }

    private:
        BinaryWriter& m_to;
    };

    class Loading
    {
    public:
        explicit Loading(BinaryReader& from)
            : m_from(from)
        { }

        void operator()(std::string& text) { text = m_from.text(); }

        template<class T>
        requires std::is_trivially_copyable_v<T>

        void operator()(T& value) { value = m_from.value<T>(); }

        template<class T>
        void operator()(Column<T>& column)
        {
            loadColumn(m_from, column);
        }

        template<class T, class Visit>
        void list(std::vector<T>& values, Visit&& visit)
        {
            for (std::uint64_t left = m_from.count(); left > 0; --left)
                visit(*this, values.emplace_back());
        }

        template<class T, class Visit>
        void table(Column<T>& values, Visit&& visit)
        {
            for (std::uint64_t left = m_from.count(); left > 0; --left) {
                T value;
                visit(*this, value);
                values.append(std::move(value));
            }
        }

    private:
        BinaryReader& m_from;
    };

    constexpr auto visitText = [](auto& visitor, auto& text) { visitor(text); };

    constexpr auto visitScore = [](auto& visitor, auto& score) {
        visitor(score.name);
        visitor(score.value);
        visitor(score.label);
        visitor(score.explanation);
    };

    constexpr auto visitSession = [](auto& visitor, auto& session) {
        visitor(session.key);
        visitor(session.title);
        visitor(session.producerName);
        visitor(session.producerVersion);
        visitor(session.cwd);
        visitor(session.repositoryBranch);
        visitor(session.repositoryCommit);
        visitor(session.started);
        visitor(session.ended);
        visitor(session.parent);
        visitor(session.outcome);
        visitor.list(session.scores, visitScore);
        visitor(session.counts);
        visitor(session.attributesJson);
    };

    constexpr auto visitAgent = [](auto& visitor, auto& agent) {
        visitor(agent.name);
        visitor(agent.origId);
        visitor(agent.role);
    };

    constexpr auto visitBranch = [](auto& visitor, auto& branch) {
        visitor(branch.name);
        visitor(branch.parent);
        visitor(branch.forkedAt);
        visitor(branch.isActive);
    };

    constexpr auto visitLink = [](auto& visitor, auto& link) {
        visitor(link.from);
        visitor(link.to);
        visitor(link.toTraceId);
        visitor(link.toOrigId);
        visitor(link.kind);
        visitor(link.attributesJson);
    };

    constexpr auto visitCost = [](auto& visitor, auto& cost) {
        visitor(cost.amount);
        visitor(cost.currency);
        visitor(cost.source);
    };

    constexpr auto visitError = [](auto& visitor, auto& error) {
        visitor(error.type);
        visitor(error.message);
        visitor(error.isRetryable);
    };

    constexpr auto visitRow = [](auto& visitor, auto& row) {
        visitor(row.severity);
        visitor(row.file);
        visitor(row.offset);
        visitor(row.line);
        visitor(row.field);
        visitor(row.message);
        visitor(row.count);
    };

    constexpr auto visitOrigin = [](auto& visitor, auto& origin) {
        visitor(origin.formatId);
        visitor(origin.formatName);
        visitor(origin.producerName);
        visitor(origin.producerVersion);
        visitor.list(origin.files, visitText);
    };

    constexpr auto visitSpans = [](auto& visitor, auto& spans) {
        visitor(spans.session);
        visitor(spans.kind);
        visitor(spans.name);
        visitor(spans.origKind);
        visitor(spans.origId);
        visitor(spans.traceId);
        visitor(spans.parent);
        visitor(spans.parentOrigId);
        visitor(spans.parentState);
        visitor(spans.agent);
        visitor(spans.branch);
        visitor(spans.start);
        visitor(spans.end);
        visitor(spans.firstToken);
        visitor(spans.timeSource);
        visitor(spans.status);
        visitor(spans.requestedModel);
        visitor(spans.respondedModel);
        visitor(spans.provider);
        visitor(spans.responseId);
        visitor(spans.toolCallId);
        visitor(spans.countsInTotals);
        visitor(spans.usage);
        visitor(spans.cost);
        visitor(spans.error);
        visitor(spans.firstRaw);
        visitor(spans.rawCount);
        visitor(spans.usages);
        visitor.table(spans.costs, visitCost);
        visitor.table(spans.errors, visitError);
        visitor(spans.raws.places());
        visitor(spans.raws.lengths());
    };

    /// The spans without the costs that were computed.
    SpanColumns withoutComputedCosts(const SpanColumns& spans)
    {
        SpanColumns stated = spans;
        stated.costs = {};
        for (std::size_t i = 0; i < spans.size(); ++i) {
            if (spans.cost[i] == SpanId::kNone)
                continue;
            const Cost& cost = spans.costs[spans.cost[i]];
            const bool isStated = cost.source == CostSource::Reported;
            stated.cost.set(
                i, isStated ? static_cast<std::uint32_t>(stated.costs.size()) : SpanId::kNone);
            if (isStated)
                stated.costs.append(cost);
        }
        return stated;
    }

    /// Whether the columns belong together, so that none is asked for what it does not have.
    bool areAlike(const SpanColumns& spans)
    {
        const std::size_t size = spans.size();
        bool isFine = spans.raws.places().size() == spans.raws.lengths().size();
        std::size_t columns = 0;
        const auto check = [&](const auto&... column) {
            ((isFine = isFine && column.size() == size, ++columns), ...);
        };
        check(spans.session,
              spans.name,
              spans.origKind,
              spans.origId,
              spans.traceId,
              spans.parent,
              spans.parentOrigId,
              spans.parentState,
              spans.agent,
              spans.branch,
              spans.start,
              spans.end,
              spans.firstToken,
              spans.timeSource,
              spans.status,
              spans.requestedModel,
              spans.respondedModel,
              spans.provider,
              spans.responseId,
              spans.toolCallId,
              spans.countsInTotals,
              spans.usage,
              spans.cost,
              spans.error,
              spans.firstRaw,
              spans.rawCount);
        return isFine && columns > 0;
    }

} // namespace

void saveTraceImage(BinaryWriter& to, const Trace::Data& data)
{
    Saving save(to);
    visitOrigin(save, data.origin);
    data.strings.save(to);
    const SpanColumns stated = withoutComputedCosts(data.spans);
    visitSpans(save, stated);
    save.list(data.sessions, visitSession);
    save.list(data.agents, visitAgent);
    save.list(data.branches, visitBranch);
    save.list(data.links, visitLink);
    save(data.report.mapped());
    save(data.report.omittedRows());
    save.list(data.report.rows(), visitRow);
}

Trace::Data loadTraceImage(BinaryReader& from)
{
    Trace::Data data;
    Loading load(from);
    visitOrigin(load, data.origin);
    data.strings = StringPool::restored(from);
    visitSpans(load, data.spans);
    load.list(data.sessions, visitSession);
    load.list(data.agents, visitAgent);
    load.list(data.branches, visitBranch);
    load.list(data.links, visitLink);
    const auto mapped = from.value<std::uint64_t>();
    const auto omitted = from.value<std::uint64_t>();
    std::vector<ReportRow> rows;
    load.list(rows, visitRow);
    data.report = ImportReport::restored(mapped, omitted, std::move(rows));
    if (!areAlike(data.spans))
        from.refuse();
    return data;
}

} // namespace tracestore
