#include "tracestore/import/otel/otlp_decoder.h"

#include "tracestore/base/json_io.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    /// Calls `use` with each element of an array member.
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

    /// The one member by which an AnyValue says its type.
    std::pair<std::string_view, std::optional<dom::element>> typedValue(const dom::element& value)
    {
        dom::object members;
        if (value.get_object().get(members) != simdjson::SUCCESS)
            return {};
        for (const auto field : members) {
            if (field.key.ends_with("Value") || field.key.ends_with("_value"))
                return {field.key, field.value};
        }
        return {};
    }

    bool isType(std::string_view key, std::string_view camel, std::string_view snake)
    {
        return key == camel || key == snake;
    }

    void appendAnyValue(std::string& json, const dom::element& value, JsonDom& document);

    void appendEntries(std::string& json, const dom::element& map, JsonDom& document)
    {
        json += '{';
        bool isFirst = true;
        forEachIn(map, "values", [&](const dom::element& entry) {
            json += isFirst ? "" : ",";
            isFirst = false;
            json += quoteJson(textMemberOf(entry, "key")) + ':';
            if (const auto value = memberOf(entry, "value"))
                appendAnyValue(json, *value, document);
            else
                json += "null";
        });
        json += '}';
    }

    /// Writes an AnyValue as the JSON it means. The parser's depth cap bounds the recursion.
    void appendAnyValue(std::string& json, const dom::element& value, JsonDom& document)
    {
        const auto [key, inner] = typedValue(value);
        if (!inner) {
            json += value.is_object() ? "null" : document.valueOf(value).toJson();
        } else if (isType(key, "arrayValue", "array_value")) {
            json += '[';
            bool isFirst = true;
            forEachIn(*inner, "values", [&](const dom::element& item) {
                json += isFirst ? "" : ",";
                isFirst = false;
                appendAnyValue(json, item, document);
            });
            json += ']';
        } else if (isType(key, "kvlistValue", "kvlist_value")) {
            appendEntries(json, *inner, document);
        } else if (isType(key, "intValue", "int_value")) {
            const auto integer = document.valueOf(*inner).asInteger();
            json += integer ? std::to_string(*integer) : document.valueOf(*inner).toJson();
        } else {
            json += document.valueOf(*inner).toJson();
        }
    }

    /// An enum by its number, or by the end of its name (`SPAN_KIND_SERVER`).
    int enumOf(const dom::element& owner,
               std::string_view name,
               std::initializer_list<std::string_view> words)
    {
        const auto value = memberOf(owner, name);
        if (!value)
            return 0;
        std::int64_t number = 0;
        if (value->get_int64().get(number) == simdjson::SUCCESS)
            return number >= 0 && number < static_cast<std::int64_t>(words.size())
                ? static_cast<int>(number)
                : 0;
        std::string_view text;
        if (value->get_string().get(text) != simdjson::SUCCESS)
            return 0;
        int index = 0;
        for (const std::string_view word : words) {
            if (text.ends_with(word) || text == std::to_string(index))
                return index;
            ++index;
        }
        return 0;
    }

    bool hasDropped(const dom::element& owner)
    {
        return std::ranges::any_of(
            std::initializer_list<std::string_view> {
                "droppedAttributesCount", "droppedEventsCount", "droppedLinksCount"},
            [&](std::string_view name) {
                const auto count = memberOf(owner, name);
                std::int64_t number = 0;
                return count && count->get_int64().get(number) == simdjson::SUCCESS && number > 0;
            });
    }

} // namespace

Result<OtelSpan> OtlpDecoder::span(std::string_view json, bool isPadded)
{
    const auto parsed = m_dom.parse(json, isPadded);
    if (!parsed)
        return Failure(parsed.error());
    const dom::element& root = *parsed;
    if (!root.is_object())
        return fail(ErrorCode::Invalid, "It is not a JSON object.");
    OtelSpan span;
    span.traceId = textMemberOf(root, "traceId", "trace_id");
    span.spanId = textMemberOf(root, "spanId", "span_id");
    span.parentSpanId = withoutZeroId(textMemberOf(root, "parentSpanId", "parent_span_id"));
    span.traceState = textMemberOf(root, "traceState", "trace_state");
    span.name = textMemberOf(root, "name");
    span.side = static_cast<CallSide>(enumOf(
        root, "kind", {"UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"}));
    span.start = timeOf(root, "startTimeUnixNano", "start_time_unix_nano");
    span.end = timeOf(root, "endTimeUnixNano", "end_time_unix_nano");
    if (const auto status = memberOf(root, "status")) {
        span.status = static_cast<OtelStatus>(enumOf(*status, "code", {"UNSET", "OK", "ERROR"}));
        span.statusMessage = textMemberOf(*status, "message");
    }
    span.attributes = attributesOf(root);
    forEachIn(root, "events", [&](const dom::element& e) { span.events.push_back(eventOf(e)); });
    forEachIn(root, "links", [&](const dom::element& l) { span.links.push_back(linkOf(l)); });
    span.isIncomplete = hasDropped(root);
    return span;
}

Result<OtelLog> OtlpDecoder::log(std::string_view json, bool isPadded)
{
    const auto parsed = m_dom.parse(json, isPadded);
    if (!parsed)
        return Failure(parsed.error());
    const dom::element& root = *parsed;
    if (!root.is_object())
        return fail(ErrorCode::Invalid, "It is not a JSON object.");
    OtelLog log;
    log.traceId = withoutZeroId(textMemberOf(root, "traceId", "trace_id"));
    log.spanId = withoutZeroId(textMemberOf(root, "spanId", "span_id"));
    log.time = timeOf(root, "timeUnixNano", "time_unix_nano");
    if (!log.time.time)
        log.time = timeOf(root, "observedTimeUnixNano", "observed_time_unix_nano");
    log.event.time = log.time.time;
    log.event.attributes = attributesOf(root);
    if (const auto severity = textMemberOf(root, "severityText", "severity_text");
        !severity.empty())
        log.event.attributes.emplace_back("log.severity", AttributeValue::ofText(severity));
    if (const auto body = memberOf(root, "body"))
        log.event.body = anyValueOf(*body);
    log.event.name = textMemberOf(root, "eventName", "event_name");
    if (log.event.name.empty()) {
        if (const auto* name = findAttribute(log.event.attributes, "event.name"))
            log.event.name = name->asText();
    }
    if (log.event.name.empty())
        log.event.name = "log";
    return log;
}

Result<OtelResource> OtlpDecoder::resource(std::string_view json, bool isPadded)
{
    const auto parsed = m_dom.parse(json, isPadded);
    if (!parsed)
        return Failure(parsed.error());
    return otelResourceOf(attributesOf(*parsed));
}

Result<OtelScope> OtlpDecoder::scope(std::string_view json, bool isPadded)
{
    const auto parsed = m_dom.parse(json, isPadded);
    if (!parsed)
        return Failure(parsed.error());
    return OtelScope {.name = std::string(textMemberOf(*parsed, "name")),
                      .version = std::string(textMemberOf(*parsed, "version"))};
}

Attributes OtlpDecoder::attributesOf(const dom::element& owner)
{
    Attributes attributes;
    forEachIn(owner, "attributes", [&](const dom::element& entry) {
        const auto value = memberOf(entry, "value");
        attributes.emplace_back(textMemberOf(entry, "key"),
                                value ? anyValueOf(*value) : AttributeValue());
    });
    // Not OTLP, but plain to see what is meant: {"key": value}.
    const auto member = memberOf(owner, "attributes");
    dom::object map;
    if (member && member->get_object().get(map) == simdjson::SUCCESS) {
        for (const auto field : map)
            attributes.emplace_back(field.key, m_dom.valueOf(field.value));
    }
    return attributes;
}

AttributeValue OtlpDecoder::anyValueOf(const dom::element& value)
{
    const auto [key, inner] = typedValue(value);
    if (!inner)
        return value.is_object() ? AttributeValue() : m_dom.valueOf(value);
    if (isType(key, "arrayValue", "array_value") || isType(key, "kvlistValue", "kvlist_value")) {
        std::string json;
        appendAnyValue(json, value, m_dom);
        return AttributeValue::ofJson(m_dom.keep(std::move(json)));
    }
    const AttributeValue plain = m_dom.valueOf(*inner);
    if (isType(key, "intValue", "int_value")) {
        if (const auto integer = plain.asInteger())
            return AttributeValue::ofInteger(*integer);
    }
    return plain;
}

GenAiEvent OtlpDecoder::eventOf(const dom::element& event)
{
    return {.name = textMemberOf(event, "name"),
            .time = timeOf(event, "timeUnixNano", "time_unix_nano").time,
            .attributes = attributesOf(event)};
}

OtelLink OtlpDecoder::linkOf(const dom::element& link)
{
    return {textMemberOf(link, "traceId", "trace_id"),
            textMemberOf(link, "spanId", "span_id"),
            attributesOf(link)};
}

OtelTime
OtlpDecoder::timeOf(const dom::element& owner, std::string_view name, std::string_view otherName)
{
    const auto value = memberOf(owner, name, otherName);
    return value ? otelTimeOf(m_dom.valueOf(*value)) : OtelTime();
}

} // namespace tracestore
