#include "tracestore/import/tracing/jaeger_decoder.h"

#include "tracestore/import/tracing/otel_tags.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    /// Calls `use` with each element of a list; with none where the member is something else.
    template<class Use>
    void forEachIn(const dom::element& owner, std::string_view name, const Use& use)
    {
        dom::array list;
        const auto member = memberOf(owner, name);
        if (!member || member->get_array().get(list) != simdjson::SUCCESS)
            return;
        for (const dom::element item : list)
            use(item);
    }

    /// The value of a tag in the type that it is said to have; numbers may come as texts.
    AttributeValue tagValueOf(const dom::element& tag, JsonDom& document)
    {
        const auto value = memberOf(tag, "value");
        if (!value)
            return {};
        const AttributeValue plain = document.valueOf(*value);
        if (plain.type != AttributeValue::Type::Text)
            return plain;
        const std::string_view type = textMemberOf(tag, "type");
        if (type == "int64" && plain.asInteger())
            return AttributeValue::ofInteger(*plain.asInteger());
        if (type == "float64" && plain.asNumber())
            return AttributeValue::ofNumber(*plain.asNumber());
        if (type == "bool" && plain.asBool())
            return AttributeValue::ofBool(*plain.asBool());
        return plain;
    }

    /// Ids are hex digits in any case.
    bool isSameId(std::string_view a, std::string_view b)
    {
        const auto lower
            = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
        return std::ranges::equal(a, b, {}, lower, lower);
    }

    struct Reference
    {
        std::string_view traceId;
        std::string_view spanId;
        bool isChildOf = false;
    };

} // namespace

Attributes JaegerDecoder::tagsOf(const dom::element& owner, JsonDom& dom)
{
    Attributes tags;
    forEachIn(owner, "tags", [&](const dom::element& tag) {
        tags.emplace_back(textMemberOf(tag, "key"), tagValueOf(tag, dom));
    });
    return tags;
}

Result<OtelSpan> JaegerDecoder::span(std::string_view json, bool isPadded)
{
    const auto parsed = m_dom.parse(json, isPadded);
    if (!parsed)
        return Failure(parsed.error());
    const dom::element& root = *parsed;
    if (!root.is_object())
        return fail(ErrorCode::Invalid, "It is not an object.");
    OtelSpan span;
    span.traceId = textMemberOf(root, "traceID");
    span.spanId = textMemberOf(root, "spanID");
    span.name = textMemberOf(root, "operationName");
    m_processId = textMemberOf(root, "processID");
    if (const auto start = memberOf(root, "startTime"))
        span.start = otelTimeOf(m_dom.valueOf(*start), kNanosecondsPerMicrosecond);
    if (const auto duration = memberOf(root, "duration"))
        span.end = laterBy(span.start, m_dom.valueOf(*duration), kNanosecondsPerMicrosecond);
    readReferences(root, span);
    readTags(root, span);
    readLogs(root, span);
    if (const auto warnings = memberOf(root, "warnings"))
        span.attributes.emplace_back("jaeger.warnings", m_dom.valueOf(*warnings));
    return span;
}

/// The first CHILD_OF of the own trace is the parent, for want of one the first FOLLOWS_FROM; all
/// else are links.
void JaegerDecoder::readReferences(const dom::element& root, OtelSpan& span)
{
    std::vector<Reference> references;
    forEachIn(root, "references", [&](const dom::element& one) {
        references.push_back({textMemberOf(one, "traceID"),
                              textMemberOf(one, "spanID"),
                              textMemberOf(one, "refType") == "CHILD_OF"});
    });
    const auto isParent = [&](bool isChildOf) {
        return [&, isChildOf](const Reference& one) {
            return one.isChildOf == isChildOf && isSameId(one.traceId, span.traceId);
        };
    };
    auto parent = std::ranges::find_if(references, isParent(true));
    if (parent == references.end())
        parent = std::ranges::find_if(references, isParent(false));
    for (auto one = references.begin(); one != references.end(); ++one) {
        if (one == parent)
            span.parentSpanId = one->spanId;
        if (one != parent || !one->isChildOf)
            span.links.push_back(
                {.traceId = one->traceId,
                 .spanId = one->spanId,
                 .kind = one->isChildOf ? LinkKind::OtelLink : LinkKind::FollowsFrom});
    }
    if (references.empty()) // older than references
        span.parentSpanId = textMemberOf(root, "parentSpanID");
    if (span.parentSpanId.find_first_not_of('0') == std::string_view::npos)
        span.parentSpanId = {};
}

void JaegerDecoder::readTags(const dom::element& root, OtelSpan& span)
{
    span.attributes = tagsOf(root, m_dom);
    takeOtelTags(span);
}

void JaegerDecoder::readLogs(const dom::element& root, OtelSpan& span)
{
    forEachIn(root, "logs", [&](const dom::element& log) {
        GenAiEvent event {.name = "log"};
        if (const auto time = memberOf(log, "timestamp"))
            event.time = otelTimeOf(m_dom.valueOf(*time), kNanosecondsPerMicrosecond).time;
        forEachIn(log, "fields", [&](const dom::element& field) {
            const std::string_view key = textMemberOf(field, "key");
            const AttributeValue value = tagValueOf(field, m_dom);
            if (key == "event" && !value.asText().empty())
                event.name = value.asText();
            else
                event.attributes.emplace_back(key, value);
        });
        span.events.push_back(std::move(event));
    });
}

} // namespace tracestore
