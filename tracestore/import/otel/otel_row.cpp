#include "tracestore/import/otel/otel_row.h"

#include "tracestore/base/json_io.h"

namespace tracestore {
namespace {

    constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::min();

    std::string objectOf(const Attributes& attributes)
    {
        std::string json;
        for (const auto& [key, value] : attributes)
            json += (json.empty() ? "{" : ",") + quoteJson(key) + ':' + value.toJson();
        return json.empty() ? json : json + '}';
    }

    std::int64_t toColumn(std::optional<Timestamp> time)
    {
        return time ? time->ns : kNoTime;
    }

    void setTimes(OtelRow& row, const OtelSpan& span, const GenAiSpan& mapped)
    {
        const auto start = span.start.time;
        const auto end = span.end.time;
        row.span.start = toColumn(start);
        row.span.end = toColumn(end);
        if (start || end)
            row.span.timeSource = TimeSource::Exact;
        if (span.firstToken)
            row.span.firstToken = toColumn(span.firstToken);
        else
            row.span.firstToken
                = toColumn(start && mapped.firstTokenAfter ? *start + *mapped.firstTokenAfter
                                                           : mapped.firstTokenAt);
        row.hasAbsurdTime = span.start.isAbsurd || span.end.isAbsurd;
        row.lacksStart = !start && !span.start.isAbsurd && !span.isTimeless;
        row.endsBeforeStart = start && end && *end < *start;
    }

    SpanStatus statusOf(const OtelSpan& span, const GenAiSpan& mapped)
    {
        const bool hasErrorType = mapped.error && !mapped.error->type.empty()
            && findAttribute(span.attributes, "error.type") != nullptr;
        if (span.status == OtelStatus::Error)
            return SpanStatus::Error;
        if (span.status == OtelStatus::Ok)
            return SpanStatus::Ok;
        if (hasErrorType || mapped.isSuccess == false)
            return SpanStatus::Error;
        if (mapped.isSuccess == true)
            return SpanStatus::Ok;
        if (!span.end.time && !span.end.isAbsurd && !span.isTimeless && !span.mayLackEnd)
            return SpanStatus::Pending;
        return SpanStatus::Unknown;
    }

    void setOutcome(OtelRow& row, const OtelSpan& span, GenAiSpan& mapped)
    {
        row.span.status = statusOf(span, mapped);
        if (row.span.status == SpanStatus::Ok)
            return;
        if (!span.statusMessage.empty()) {
            if (!mapped.error)
                mapped.error = SpanError();
            if (mapped.error->message.empty())
                mapped.error->message = span.statusMessage;
        }
        row.error = std::move(mapped.error);
    }

} // namespace

OtelRow otelRowOf(const OtelSpan& span, const OtelScope& scope, StringPool& pool)
{
    GenAiSpan mapped = mapSpan(sourceOf(span, scope));
    OtelRow row;
    row.span.kind = mapped.kind;
    row.span.name = pool.intern(mapped.stepName.empty() ? span.name : mapped.stepName);
    row.span.origKind = pool.intern(mapped.origKind);
    row.span.origId = pool.intern(span.spanId);
    row.span.traceId = pool.intern(span.traceId);
    row.span.parentOrigId = pool.intern(span.parentSpanId);
    row.span.requestedModel = pool.intern(mapped.requestedModel);
    row.span.respondedModel = pool.intern(mapped.respondedModel);
    row.span.provider = pool.intern(mapped.provider);
    row.span.responseId = pool.intern(mapped.responseId);
    row.span.toolCallId = pool.intern(mapped.toolCallId);
    row.sessionKey = pool.intern(mapped.sessionKey);
    row.agentName = pool.intern(mapped.agentName);
    if (!row.agentName.isEmpty())
        row.agentId = pool.intern(mapped.agentId);
    row.usage = mapped.usage;
    row.cost = std::move(mapped.cost);
    row.isWrapper = mapped.isWrapper;
    row.isMcp = mapped.isMcp;
    row.isIncomplete = span.isIncomplete;
    setTimes(row, span, mapped);
    setOutcome(row, span, mapped);
    for (const OtelLink& link : span.links)
        row.links.push_back({.toTraceId = std::string(link.traceId),
                             .toOrigId = std::string(link.spanId),
                             .kind = link.kind,
                             .attributesJson = objectOf(link.attributes)});
    return row;
}

void renameTexts(OtelRow& row, std::span<const StringId> ids)
{
    InternedSpan& span = row.span;
    for (StringId* id : {&span.name,
                         &span.origKind,
                         &span.origId,
                         &span.traceId,
                         &span.parentOrigId,
                         &span.requestedModel,
                         &span.respondedModel,
                         &span.provider,
                         &span.responseId,
                         &span.toolCallId,
                         &row.sessionKey,
                         &row.agentName,
                         &row.agentId})
        *id = ids[id->value];
}

} // namespace tracestore
