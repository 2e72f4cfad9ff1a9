#include "tracestore/export/span_json.h"

#include <unordered_set>

namespace tracestore {
namespace {

    template<class Tag>
    void idIfAny(JsonWriter& to, std::string_view name, Id<Tag> id)
    {
        if (id.isValid())
            to.member(name, id.value);
    }

    void timeIfAny(JsonWriter& to, std::string_view name, std::optional<Timestamp> time)
    {
        if (time)
            to.member(name, formatIsoTimestamp(*time));
    }

    void writeUsage(JsonWriter& to, const TokenUsage& usage)
    {
        to.key("tokens").beginObject();
        to.memberIfAny("input", usage.input)
            .memberIfAny("cache_read", usage.cacheRead)
            .memberIfAny("cache_write", usage.cacheWrite)
            .memberIfAny("cache_write_1h", usage.cacheWriteLong)
            .memberIfAny("output", usage.output)
            .memberIfAny("reasoning", usage.reasoning)
            .memberIfAny("reported_total", usage.reportedTotal)
            .member("state", toWord(usage.state))
            .endObject();
    }

    void writeCost(JsonWriter& to, const Cost& cost)
    {
        to.key("cost").beginObject();
        to.member("amount", cost.amount)
            .member("currency", cost.currency)
            .member("source", toWord(cost.source))
            .endObject();
    }

    void writeError(JsonWriter& to, const SpanError& error)
    {
        to.key("error").beginObject();
        to.memberIfAny("type", error.type)
            .memberIfAny("message", error.message)
            .memberIfAny("retryable", error.isRetryable)
            .endObject();
    }

    /// Of equal keys the first is kept.
    void
    writeAttributes(JsonWriter& to, std::string_view name, const std::vector<Attribute>& attributes)
    {
        if (attributes.empty())
            return;
        std::unordered_set<std::string_view> known;
        to.key(name).beginObject();
        for (const Attribute& attribute : attributes) {
            if (known.insert(attribute.key).second)
                to.key(attribute.key).json(attribute.json);
        }
        to.endObject();
    }

    void writeMessages(JsonWriter& to,
                       const std::string& name,
                       ContentState state,
                       const std::vector<Message>& messages)
    {
        to.member(name + "_state", toWord(state));
        if (state == ContentState::Absent && messages.empty())
            return;
        to.key(name).beginArray();
        for (const Message& message : messages)
            to.json(toJson(message));
        to.endArray();
    }

    void writeEvents(JsonWriter& to, const std::vector<SpanEvent>& events)
    {
        if (events.empty())
            return;
        to.key("events").beginArray();
        for (const SpanEvent& event : events) {
            to.beginObject().member("name", event.name);
            timeIfAny(to, "time", event.time);
            writeAttributes(to, "attributes", event.attributes);
            to.endObject();
        }
        to.endArray();
    }

    void writeDetail(JsonWriter& to, const SpanDetail& detail)
    {
        to.key("detail").beginObject();
        writeMessages(to, "input", detail.inputState, detail.input);
        writeMessages(to, "output", detail.outputState, detail.output);
        to.memberIfAny("tool_arguments", detail.toolArguments)
            .memberIfAny("tool_result", detail.toolResult)
            .memberIfAny("tool_description", detail.toolDescription);
        writeAttributes(to, "parameters", detail.parameters);
        if (!detail.toolDefinitions.empty())
            to.key("tool_definitions").json(detail.toolDefinitions);
        if (!detail.finishReasons.empty()) {
            to.key("finish_reasons").beginArray();
            for (const std::string& reason : detail.finishReasons)
                to.value(reason);
            to.endArray();
        }
        writeAttributes(to, "attributes", detail.attributes);
        writeEvents(to, detail.events);
        to.memberIfAny("error_stack", detail.errorStack).endObject();
    }

    void writeTree(JsonWriter& to, const Trace& trace, SpanId span)
    {
        idIfAny(to, "session", trace.sessionOf(span));
        idIfAny(to, "parent", trace.parent(span));
        to.member("parent_state", toWord(trace.parentState(span)))
            .memberIfAny("parent_orig_id", trace.text(trace.columns().parentOrigId[span.index()]));
        idIfAny(to, "agent", trace.agentOf(span));
        idIfAny(to, "branch", trace.branchOf(span));
    }

    void writeTimes(JsonWriter& to, const Trace& trace, SpanId span)
    {
        timeIfAny(to, "start", trace.start(span));
        timeIfAny(to, "end", trace.end(span));
        timeIfAny(to, "first_token", trace.firstToken(span));
        if (const auto duration = trace.duration(span))
            to.member("duration_ns", duration->ns);
        to.member("time_source", toWord(trace.timeSource(span)));
    }

    void writeModel(JsonWriter& to, const Trace& trace, SpanId span)
    {
        const SpanColumns& columns = trace.columns();
        to.memberIfAny("requested_model", trace.text(columns.requestedModel[span.index()]))
            .memberIfAny("responded_model", trace.text(columns.respondedModel[span.index()]))
            .memberIfAny("provider", trace.provider(span))
            .memberIfAny("response_id", trace.text(columns.responseId[span.index()]))
            .memberIfAny("tool_call_id", trace.toolCallId(span));
    }

} // namespace

void writeSpan(JsonWriter& to, const Trace& trace, SpanId span, const SpanDetail* detail)
{
    to.beginObject()
        .member("type", "span")
        .member("id", span.value)
        .member("kind", toWord(trace.kind(span)))
        .member("name", trace.name(span))
        .memberIfAny("orig_kind", trace.origKind(span))
        .memberIfAny("orig_id", trace.origId(span))
        .memberIfAny("trace_id", trace.traceId(span));
    writeTree(to, trace, span);
    writeTimes(to, trace, span);
    to.member("status", toWord(trace.status(span)));
    if (const SpanError* error = trace.error(span))
        writeError(to, *error);
    writeModel(to, trace, span);
    if (const TokenUsage* usage = trace.usage(span))
        writeUsage(to, *usage);
    if (const Cost* cost = trace.cost(span))
        writeCost(to, *cost);
    to.member("counts_in_totals", trace.countsInTotals(span));
    if (detail != nullptr)
        writeDetail(to, *detail);
    to.endObject();
}

void writeLink(JsonWriter& to, const SpanLink& link)
{
    to.beginObject().member("type", "link").member("kind", toWord(link.kind));
    idIfAny(to, "from", link.from);
    idIfAny(to, "to", link.to);
    to.memberIfAny("to_trace_id", link.toTraceId).memberIfAny("to_orig_id", link.toOrigId);
    if (!link.attributesJson.empty())
        to.key("attributes").json(link.attributesJson);
    to.endObject();
}

} // namespace tracestore
