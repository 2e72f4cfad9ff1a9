#include "tracestore/store/kymo_rows.h"

#include <limits>

namespace tracestore {
namespace {

    std::optional<Timestamp> optionalTime(RowReader& row)
    {
        const auto ns = row.optionalInteger();
        return ns ? std::optional(Timestamp {*ns}) : std::nullopt;
    }

    std::optional<std::uint64_t> optionalUnsigned(RowReader& row)
    {
        const auto value = row.optionalInteger();
        return value ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
    }

    std::optional<bool> optionalFlag(RowReader& row)
    {
        const auto value = row.optionalInteger();
        return value ? std::optional(*value != 0) : std::nullopt;
    }

    std::optional<TokenUsage> readUsage(RowReader& row, bool& isKnown)
    {
        const auto word = row.optionalText();
        TokenUsage usage;
        for (auto* tokens : {&usage.input,
                             &usage.cacheRead,
                             &usage.cacheWrite,
                             &usage.cacheWriteLong,
                             &usage.output,
                             &usage.reasoning,
                             &usage.reportedTotal})
            *tokens = row.optionalInteger();
        if (!word)
            return {};
        const auto state = fromWord<UsageState>(*word);
        isKnown = isKnown && state;
        usage.state = state.value_or(UsageState::Reported);
        return usage;
    }

    std::optional<Cost> readCost(RowReader& row, bool& isKnown)
    {
        const auto amount = row.optionalReal();
        const auto currency = row.optionalText();
        const std::string_view word = row.text();
        if (!currency)
            return {};
        const auto source = fromWord<CostSource>(word);
        isKnown = isKnown && source;
        return Cost {amount.value_or(std::numeric_limits<double>::quiet_NaN()),
                     std::string(*currency),
                     source.value_or(CostSource::Reported)};
    }

    std::optional<SpanError> readError(RowReader& row)
    {
        const std::string_view type = row.text();
        const auto message = row.optionalText();
        const auto isRetryable = optionalFlag(row);
        if (!message)
            return {};
        return SpanError {std::string(type), std::string(*message), isRetryable};
    }

    template<class T>
    std::uint32_t appendTo(Column<T>& table, const std::optional<T>& value)
    {
        if (!value)
            return SpanId::kNone;
        table.append(*value);
        return static_cast<std::uint32_t>(table.size() - 1);
    }

} // namespace

Session readSession(RowReader& row)
{
    Session session;
    session.parent = readId<SessionId>(row);
    for (std::string* text : {&session.key,
                              &session.title,
                              &session.producerName,
                              &session.producerVersion,
                              &session.cwd,
                              &session.repositoryBranch,
                              &session.repositoryCommit})
        *text = row.text();
    session.started = optionalTime(row);
    session.ended = optionalTime(row);
    for (auto* count : {&session.counts.traces,
                        &session.counts.spans,
                        &session.counts.roots,
                        &session.counts.orphans,
                        &session.counts.links})
        *count = row.optionalInteger();
    session.attributesJson = row.text();
    return session;
}

Judgement readJudgement(RowReader& row)
{
    Judgement judgement;
    judgement.session = readId<SessionId>(row);
    judgement.isOutcome = row.text() == "outcome";
    judgement.score.name = row.text();
    judgement.score.value = row.optionalReal();
    judgement.score.label = row.text();
    judgement.score.explanation = row.text();
    return judgement;
}

Agent readAgent(RowReader& row)
{
    Agent agent;
    agent.name = row.text();
    agent.origId = row.text();
    agent.role = row.text();
    return agent;
}

Branch readBranch(RowReader& row)
{
    Branch branch;
    branch.parent = readId<BranchId>(row);
    branch.forkedAt = readId<SpanId>(row);
    branch.name = row.text();
    branch.isActive = row.integer() != 0;
    return branch;
}

SpanLink readLink(RowReader& row)
{
    SpanLink link;
    link.from = readId<SpanId>(row);
    link.to = readId<SpanId>(row);
    link.toTraceId = row.text();
    link.toOrigId = row.text();
    if (const auto kind = fromWord<LinkKind>(row.text()))
        link.kind = *kind;
    else
        link.from = {};
    link.attributesJson = row.text();
    return link;
}

ReportRow readReportRow(RowReader& row)
{
    ReportRow report;
    const std::string_view word = row.text();
    for (const auto severity : {ReportSeverity::Guessed,
                                ReportSeverity::Dropped,
                                ReportSeverity::Broken,
                                ReportSeverity::Note}) {
        if (toWord(severity) == word)
            report.severity = severity;
    }
    report.file = static_cast<std::uint32_t>(row.integer());
    report.offset = optionalUnsigned(row);
    report.line = optionalUnsigned(row);
    report.field = row.text();
    report.message = row.text();
    report.count = static_cast<std::uint64_t>(row.integer());
    return report;
}

std::string readSourceFile(RowReader& row)
{
    return std::string(row.text());
}

SpanRow readSpan(RowReader& row)
{
    SpanRow span;
    SpanRecord& record = span.record;
    record.session = readId<SessionId>(row);
    record.parent = readId<SpanId>(row);
    record.parentOrigId = row.text();
    const auto parentState = fromWord<ParentState>(row.text());
    const auto kind = fromWord<SpanKind>(row.text());
    record.origKind = row.text();
    record.name = row.text();
    record.origId = row.text();
    record.traceId = row.text();
    record.agent = readId<AgentId>(row);
    record.branch = readId<BranchId>(row);
    record.start = optionalTime(row);
    record.end = optionalTime(row);
    record.firstToken = optionalTime(row);
    const auto timeSource = fromWord<TimeSource>(row.text());
    const auto status = fromWord<SpanStatus>(row.text());
    record.requestedModel = row.text();
    record.respondedModel = row.text();
    record.provider = row.text();
    record.responseId = row.text();
    record.toolCallId = row.text();
    record.countsInTotals = row.integer() != 0;
    span.isKnown = parentState && kind && timeSource && status;
    record.usage = readUsage(row, span.isKnown);
    record.cost = readCost(row, span.isKnown);
    record.error = readError(row);
    span.parentState = parentState.value_or(ParentState::Root);
    record.kind = kind.value_or(SpanKind::Other);
    record.timeSource = timeSource.value_or(TimeSource::Unknown);
    record.status = status.value_or(SpanStatus::Unknown);
    return span;
}

void appendSpan(SpanColumns& columns, StringPool& strings, const SpanRow& row)
{
    const SpanRecord& record = row.record;
    columns.session.append(record.session);
    columns.kind.append(record.kind);
    columns.parent.append(record.parent);
    columns.parentState.append(row.parentState);
    columns.agent.append(record.agent);
    columns.branch.append(record.branch);
    columns.timeSource.append(record.timeSource);
    columns.status.append(record.status);
    columns.countsInTotals.append(record.countsInTotals ? 1 : 0);
    for (const auto& [column, text] : {std::pair(&columns.name, record.name),
                                       std::pair(&columns.origKind, record.origKind),
                                       std::pair(&columns.origId, record.origId),
                                       std::pair(&columns.traceId, record.traceId),
                                       std::pair(&columns.parentOrigId, record.parentOrigId),
                                       std::pair(&columns.requestedModel, record.requestedModel),
                                       std::pair(&columns.respondedModel, record.respondedModel),
                                       std::pair(&columns.provider, record.provider),
                                       std::pair(&columns.responseId, record.responseId),
                                       std::pair(&columns.toolCallId, record.toolCallId)})
        column->append(strings.intern(text));
    for (const auto& [column, time] : {std::pair(&columns.start, record.start),
                                       std::pair(&columns.end, record.end),
                                       std::pair(&columns.firstToken, record.firstToken)})
        column->append(time ? time->ns : SpanColumns::kNoTime);
    columns.usage.append(appendTo(columns.usages, record.usage));
    columns.cost.append(appendTo(columns.costs, record.cost));
    columns.error.append(appendTo(columns.errors, record.error));
    columns.firstRaw.append(0);
    columns.rawCount.append(0);
}

} // namespace tracestore
