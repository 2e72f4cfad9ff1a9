#include "tracestore/export/otlp_exporter.h"

#include "tracestore/base/json_io.h"
#include "tracestore/export/export_buffer.h"
#include "tracestore/export/otlp_ids.h"
#include "tracestore/export/otlp_span_attributes.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    /// OTLP counts nanoseconds without a sign: what lies before 1970 has no place in it.
    void nanosIfAny(JsonWriter& to, std::string_view name, std::optional<Timestamp> time)
    {
        if (time && time->ns > 0)
            to.member(name, std::to_string(time->ns));
    }

    void addObject(OtlpAttributes& to, const std::string& objectJson)
    {
        const auto object = parseJson(objectJson);
        if (!object || !object->is_object())
            return;
        for (const auto& [key, value] : object->items())
            to.addJson(key, toJsonText(value));
    }

    void writeResource(JsonWriter& to, const Trace& trace, const Session& session)
    {
        const TraceOrigin& origin = trace.origin();
        const bool hasOwn = !session.producerName.empty();
        to.key("resource").beginObject();
        OtlpAttributes attributes(to);
        addObject(attributes, session.attributesJson);
        attributes.addText("service.name", hasOwn ? session.producerName : origin.producerName);
        attributes.addText("service.version",
                           hasOwn ? session.producerVersion : origin.producerVersion);
        attributes.addText("process.working_directory", session.cwd);
        attributes.addText("vcs.ref.head.name", session.repositoryBranch);
        attributes.addText("vcs.ref.head.revision", session.repositoryCommit);
        attributes.addText("kymo.session.key", session.key);
        attributes.addText("kymo.session.title", session.title);
        attributes.close();
        to.endObject();
    }

    void writeStatus(JsonWriter& to, const Trace& trace, SpanId span)
    {
        const SpanStatus status = trace.status(span);
        if (status != SpanStatus::Ok && status != SpanStatus::Error)
            return;
        to.key("status").beginObject();
        to.member("code", status == SpanStatus::Ok ? 1 : 2);
        if (const SpanError* error = trace.error(span))
            to.memberIfAny("message", error->message);
        to.endObject();
    }

    /// A stack that the source did not tell as an event.
    void writeException(JsonWriter& to, const Trace& trace, SpanId span, const SpanDetail& detail)
    {
        to.beginObject().member("name", "exception");
        nanosIfAny(to, "timeUnixNano", trace.end(span));
        OtlpAttributes attributes(to);
        if (const SpanError* error = trace.error(span)) {
            attributes.addText("exception.type", error->type);
            attributes.addText("exception.message", error->message);
        }
        attributes.addText("exception.stacktrace", detail.errorStack);
        attributes.close();
        to.endObject();
    }

    void writeEvents(JsonWriter& to, const Trace& trace, SpanId span, const SpanDetail& detail)
    {
        const bool hasException = std::ranges::find(detail.events, "exception", &SpanEvent::name)
            != detail.events.end();
        const bool needsException = !detail.errorStack.empty() && !hasException;
        if (detail.events.empty() && !needsException)
            return;
        to.key("events").beginArray();
        for (const SpanEvent& event : detail.events) {
            to.beginObject().member("name", event.name);
            nanosIfAny(to, "timeUnixNano", event.time);
            OtlpAttributes attributes(to);
            attributes.addAll(event.attributes);
            attributes.close();
            to.endObject();
        }
        if (needsException)
            writeException(to, trace, span, detail);
        to.endArray();
    }

    /// A link that the importer concluded is written only where the source has no links of its own:
    /// whoever reads the file again concludes it again, and counts the source's links right.
    bool isWritten(const Trace& trace, const SpanLink& link)
    {
        return link.kind == LinkKind::OtelLink
            || !trace.session(trace.sessionOf(link.from)).counts.links;
    }

    void writeLink(JsonWriter& to, const OtlpIds& ids, const SpanLink& link)
    {
        to.beginObject().member("traceId", ids.traceId(link)).member("spanId", ids.spanId(link));
        OtlpAttributes attributes(to);
        addObject(attributes, link.attributesJson);
        if (link.kind != LinkKind::OtelLink)
            attributes.addText("kymo.link.kind", toWord(link.kind));
        attributes.close();
        to.endObject();
    }

    void writeLinks(JsonWriter& to, const Trace& trace, const OtlpIds& ids, SpanId span)
    {
        const auto links = trace.linksFrom(span);
        const auto written = [&](const SpanLink& link) { return isWritten(trace, link); };
        if (std::ranges::none_of(links, written))
            return;
        to.key("links").beginArray();
        // No std::views::filter: clang 14 cannot compile that of libstdc++ 12.
        for (const SpanLink& link : links) {
            if (written(link))
                writeLink(to, ids, link);
        }
        to.endArray();
    }

    void writeAttributes(JsonWriter& to,
                         const Trace& trace,
                         const OtlpIds& ids,
                         SpanId span,
                         const SpanDetail& detail)
    {
        OtlpAttributes attributes(to);
        attributes.addAll(detail.attributes);
        addGenAiAttributes(attributes, trace, span, detail);
        const std::string& session = trace.session(trace.sessionOf(span)).key;
        if (session != trace.traceId(span) && !attributes.has("session.id"))
            attributes.addText("gen_ai.conversation.id", session);
        if (ids.isMade(span))
            attributes.addText("kymo.span.id", trace.origId(span));
        attributes.close();
    }

    /// 3 is client, 1 internal: as the conventions want for each operation.
    std::optional<int> otlpKind(SpanKind kind)
    {
        switch (kind) {
        case SpanKind::Llm:
        case SpanKind::Embedding:
        case SpanKind::Retrieval:
            return 3;
        case SpanKind::Tool:
        case SpanKind::Agent:
        case SpanKind::Workflow:
            return 1;
        default:
            return {};
        }
    }

    void writeOtlpSpan(JsonWriter& to,
                       const Trace& trace,
                       const OtlpIds& ids,
                       SpanId span,
                       const SpanDetail& detail)
    {
        to.beginObject()
            .member("traceId", ids.traceId(span))
            .member("spanId", ids.spanId(span))
            .memberIfAny("parentSpanId", ids.parentSpanId(span))
            .member("name", trace.name(span))
            .memberIfAny("kind", otlpKind(trace.kind(span)));
        nanosIfAny(to, "startTimeUnixNano", trace.start(span));
        nanosIfAny(to, "endTimeUnixNano", trace.end(span));
        writeAttributes(to, trace, ids, span, detail);
        writeEvents(to, trace, span, detail);
        writeLinks(to, trace, ids, span);
        writeStatus(to, trace, span);
        to.endObject();
    }

    /// How many spans from `first` on are of one session. The order of the source is kept, so a
    /// session that others interrupt has several parts.
    std::size_t spansOfOneSession(const Trace& trace, std::size_t first)
    {
        std::size_t next = first + 1;
        while (next < trace.spanCount()
               && trace.sessionOf(SpanId(next)) == trace.sessionOf(SpanId(first)))
            ++next;
        return next - first;
    }

    struct Writing
    {
        const Trace& trace;
        const OtlpIds& ids;
        ExportBuffer& buffer;
        JsonWriter& to;
        Job& job;
    };

    Result<void> writeSpans(const Writing& writing, std::size_t first, std::size_t count)
    {
        for (std::size_t i = first; i < first + count; ++i) {
            const SpanId span(i);
            if (writing.job.isCancelled())
                return cancelled();
            const auto detail = writing.trace.payloads().detail(span);
            if (!detail)
                return fail(Error(detail.error()).in("step " + std::to_string(i)));
            writeOtlpSpan(writing.to, writing.trace, writing.ids, span, *detail);
            if (auto flushed = writing.buffer.flushIfFull(); !flushed)
                return flushed;
            writing.job.advance(1);
        }
        return {};
    }

    Result<void> writeResourceSpans(const Writing& writing, std::size_t first, std::size_t count)
    {
        const Trace& trace = writing.trace;
        JsonWriter& to = writing.to;
        to.beginObject();
        writeResource(to, trace, trace.session(trace.sessionOf(SpanId(first))));
        to.key("scopeSpans").beginArray().beginObject();
        to.key("scope").beginObject().member("name", "kymo").endObject();
        to.key("spans").beginArray();
        auto written = writeSpans(writing, first, count);
        to.endArray().endObject().endArray().endObject();
        return written;
    }

} // namespace

Result<void> OtlpExporter::write(const Trace& trace, ByteSink& sink, Job& job) const
{
    const OtlpIds ids(trace);
    ExportBuffer buffer(sink);
    JsonWriter to(buffer.text());
    const Writing writing {trace, ids, buffer, to, job};
    job.expect(trace.spanCount());
    to.beginObject().key("resourceSpans").beginArray();
    for (std::size_t first = 0; first < trace.spanCount();) {
        const std::size_t count = spansOfOneSession(trace, first);
        if (auto written = writeResourceSpans(writing, first, count); !written)
            return written;
        first += count;
    }
    to.endArray().endObject();
    buffer.text() += '\n';
    return buffer.flush();
}

} // namespace tracestore
