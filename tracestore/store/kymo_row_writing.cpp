#include "tracestore/store/kymo_row_writing.h"

#include <cmath>

namespace tracestore {
namespace {

    std::optional<std::int64_t> number(std::optional<Timestamp> time)
    {
        return time ? std::optional(time->ns) : std::nullopt;
    }

    std::optional<std::int64_t> number(std::optional<std::uint64_t> value)
    {
        return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
    }

    std::optional<std::int64_t> number(std::optional<bool> value)
    {
        return value ? std::optional<std::int64_t>(*value ? 1 : 0) : std::nullopt;
    }

    void addPlace(RowWriter& row, const Trace& trace, SpanId span)
    {
        const SpanColumns& columns = trace.columns();
        row.integer(span.value)
            .integer(trace.sessionOf(span).value)
            .integer(columnOf(trace.parent(span)))
            .text(trace.text(columns.parentOrigId[span.index()]))
            .text(toWord(trace.parentState(span)))
            .text(toWord(trace.kind(span)))
            .text(trace.origKind(span))
            .text(trace.name(span))
            .text(trace.origId(span))
            .text(trace.traceId(span))
            .integer(columnOf(trace.agentOf(span)))
            .integer(columnOf(trace.branchOf(span)));
    }

    void addTimesAndNames(RowWriter& row, const Trace& trace, SpanId span)
    {
        const SpanColumns& columns = trace.columns();
        row.integer(number(trace.start(span)))
            .integer(number(trace.end(span)))
            .integer(number(trace.firstToken(span)))
            .text(toWord(trace.timeSource(span)))
            .text(toWord(trace.status(span)))
            .text(trace.text(columns.requestedModel[span.index()]))
            .text(trace.text(columns.respondedModel[span.index()]))
            .text(trace.provider(span))
            .text(trace.text(columns.responseId[span.index()]))
            .text(trace.toolCallId(span))
            .integer(trace.countsInTotals(span) ? 1 : 0);
    }

    void addUsage(RowWriter& row, const TokenUsage* usage)
    {
        const TokenUsage none;
        const TokenUsage& known = usage == nullptr ? none : *usage;
        row.text(usage == nullptr ? std::string_view() : toWord(known.state))
            .integer(known.input)
            .integer(known.cacheRead)
            .integer(known.cacheWrite)
            .integer(known.cacheWriteLong)
            .integer(known.output)
            .integer(known.reasoning)
            .integer(known.reportedTotal);
    }

    void addCost(RowWriter& row, const Cost* cost)
    {
        if (cost == nullptr) {
            row.real({}).text({}).text({});
            return;
        }
        // SQLite has no "not a number"; NULL with a currency stands for it.
        row.real(std::isnan(cost->amount) ? std::nullopt : std::optional(cost->amount))
            .textOrEmpty(cost->currency)
            .text(toWord(cost->source));
    }

    void addError(RowWriter& row, const SpanError* error)
    {
        if (error == nullptr)
            row.text({}).text({}).integer({});
        else
            row.text(error->type).textOrEmpty(error->message).integer(number(error->isRetryable));
    }

} // namespace

void writeSession(RowWriter& row, const Session& session)
{
    row.integer(columnOf(session.parent))
        .text(session.key)
        .text(session.title)
        .text(session.producerName)
        .text(session.producerVersion)
        .text(session.cwd)
        .text(session.repositoryBranch)
        .text(session.repositoryCommit)
        .integer(number(session.started))
        .integer(number(session.ended))
        .integer(session.counts.traces)
        .integer(session.counts.spans)
        .integer(session.counts.roots)
        .integer(session.counts.orphans)
        .integer(session.counts.links)
        .text(session.attributesJson);
}

void writeJudgement(RowWriter& row, const Judgement& judgement)
{
    row.integer(columnOf(judgement.session))
        .text(judgement.isOutcome ? "outcome" : "score")
        .text(judgement.score.name)
        .real(judgement.score.value)
        .text(judgement.score.label)
        .text(judgement.score.explanation);
}

void writeAgent(RowWriter& row, const Agent& agent)
{
    row.text(agent.name).text(agent.origId).text(agent.role);
}

void writeBranch(RowWriter& row, const Branch& branch)
{
    row.integer(columnOf(branch.parent))
        .integer(columnOf(branch.forkedAt))
        .text(branch.name)
        .integer(branch.isActive ? 1 : 0);
}

void writeLink(RowWriter& row, const SpanLink& link)
{
    row.integer(link.from.value)
        .integer(columnOf(link.to))
        .text(link.toTraceId)
        .text(link.toOrigId)
        .text(toWord(link.kind))
        .text(link.attributesJson);
}

void writeReportRow(RowWriter& row, const ReportRow& reported)
{
    row.text(toWord(reported.severity))
        .integer(reported.file)
        .integer(number(reported.offset))
        .integer(number(reported.line))
        .text(reported.field)
        .text(reported.message)
        .integer(static_cast<std::int64_t>(reported.count));
}

void writeSpan(RowWriter& row, const Trace& trace, SpanId span)
{
    addPlace(row, trace, span);
    addTimesAndNames(row, trace, span);
    addUsage(row, trace.usage(span));
    addCost(row, trace.cost(span));
    addError(row, trace.error(span));
}

} // namespace tracestore
