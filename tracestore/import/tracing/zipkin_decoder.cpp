#include "tracestore/import/tracing/zipkin_decoder.h"

#include "tracestore/import/tracing/otel_tags.h"

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

} // namespace

Result<OtelSpan> ZipkinDecoder::span(std::string_view json, bool isPadded)
{
    const auto parsed = m_dom.parse(json, isPadded);
    if (!parsed)
        return Failure(parsed.error());
    const dom::element& whole = *parsed;
    dom::object root;
    if (whole.get(root) != simdjson::SUCCESS)
        return fail(ErrorCode::Invalid, "It is not an object.");
    // Half of a call may be reported without a duration, as the other half has it.
    OtelSpan span {.mayLackEnd = true};
    span.traceId = textAt(root, "traceId");
    span.spanId = textAt(root, "id");
    span.parentSpanId = textAt(root, "parentId");
    span.name = textAt(root, "name");
    span.side = callSideOf(textAt(root, "kind"));
    if (const auto start = memberOf(whole, "timestamp"))
        span.start = otelTimeOf(m_dom.valueOf(*start), kNanosecondsPerMicrosecond);
    if (const auto duration = memberOf(whole, "duration"))
        span.end = laterBy(span.start, m_dom.valueOf(*duration), kNanosecondsPerMicrosecond);
    m_isShared = isTrueAt(root, "shared");
    m_service = {};
    readEndpoint(root, "localEndpoint", span);
    readEndpoint(root, "remoteEndpoint", span);
    readTags(root, span);
    if (const auto annotations = arrayAt(root, "annotations")) {
        for (const dom::element one : *annotations) {
            const auto time = memberOf(one, "timestamp");
            span.events.push_back(
                {.name = textMemberOf(one, "value"),
                 .time = time ? otelTimeOf(m_dom.valueOf(*time), kNanosecondsPerMicrosecond).time
                              : std::nullopt});
        }
    }
    if (m_isShared)
        span.attributes.emplace_back("shared", AttributeValue::ofBool(true));
    if (span.name.empty()) // as OpenZipkin's own view does
        span.name = m_service.empty() ? "span" : m_service;
    return span;
}

void ZipkinDecoder::readEndpoint(const dom::object& root, const char* key, OtelSpan& span)
{
    const bool isLocal = std::string_view(key) == "localEndpoint";
    const auto endpoint = objectAt(root, key);
    if (!endpoint)
        return;
    for (const auto [name, value] : *endpoint) {
        if (isLocal && name == "serviceName" && value.is_string()) {
            m_service = value.get_string().value_unsafe();
            span.resource.emplace_back("service.name", AttributeValue::ofText(m_service));
        } else {
            std::string full(key);
            full.append(1, '.').append(name);
            span.attributes.emplace_back(m_dom.keep(std::move(full)), m_dom.valueOf(value));
        }
    }
}

void ZipkinDecoder::readTags(const dom::object& root, OtelSpan& span)
{
    if (const auto tags = objectAt(root, "tags")) {
        for (const auto [key, value] : *tags) {
            span.attributes.emplace_back(key, m_dom.valueOf(value));
            // That the tag is there says it, whatever its text.
            if (key == "error")
                span.status = OtelStatus::Error;
        }
    }
    const OtelStatus status = span.status;
    takeOtelTags(span);
    if (status == OtelStatus::Error)
        span.status = status;
}

} // namespace tracestore
