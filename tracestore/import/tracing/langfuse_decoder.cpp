#include "tracestore/import/tracing/langfuse_decoder.h"

#include "tracestore/import/tracing/flat_json.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    constexpr std::string_view kPrefix = "langfuse.observation.";

    /// Members that have a place of their own in a span, or only repeat another member.
    constexpr std::string_view kLangfusePlaces[] = {"id",
                                                    "traceId",
                                                    "parentObservationId",
                                                    "name",
                                                    "startTime",
                                                    "endTime",
                                                    "statusMessage",
                                                    "metadata",
                                                    "usageDetails",
                                                    "usage",
                                                    "promptTokens",
                                                    "completionTokens",
                                                    "totalTokens",
                                                    "inputUsage",
                                                    "outputUsage",
                                                    "totalUsage",
                                                    "costDetails",
                                                    "inputCost",
                                                    "outputCost",
                                                    "totalCost",
                                                    "calculatedInputCost",
                                                    "calculatedOutputCost",
                                                    "calculatedTotalCost",
                                                    "latency",
                                                    "projectId"};

    bool isEmpty(const dom::element& value)
    {
        dom::object object;
        dom::array list;
        std::string_view text;
        return (value.get(object) == simdjson::SUCCESS && object.size() == 0)
            || (value.get(list) == simdjson::SUCCESS && list.size() == 0)
            || (value.get(text) == simdjson::SUCCESS && text.empty());
    }

    /// A sum of costs of nothing is no price.
    bool isZero(const dom::element& value)
    {
        double number = 0;
        return value.get(number) == simdjson::SUCCESS && number == 0;
    }

} // namespace

Result<OtelSpan> LangfuseDecoder::span(std::string_view json, bool isPadded)
{
    const auto parsed = m_dom.parseObject(json, isPadded);
    if (!parsed)
        return Failure(parsed.error());
    const dom::object& root = *parsed;
    OtelSpan span;
    span.traceId = textAt(root, "traceId");
    span.spanId = textAt(root, "id");
    span.parentSpanId = textAt(root, "parentObservationId");
    span.name = textAt(root, "name");
    if (span.name.empty())
        span.name = textAt(root, "type");
    span.start = otelTimeOfIso(textAt(root, "startTime"));
    span.end = otelTimeOfIso(textAt(root, "endTime"));
    if (textAt(root, "type") == "EVENT" && !span.end.time)
        span.end = span.start; // an event is a moment
    span.firstToken = otelTimeOfIso(textAt(root, "completionStartTime")).time;
    if (textAt(root, "level") == "ERROR")
        span.status = OtelStatus::Error;
    span.statusMessage = textAt(root, "statusMessage");
    readUsage(root, span);
    for (const auto [key, value] : root)
        readMember(key, value, span);
    dom::element metadata;
    if (root["metadata"].get(metadata) == simdjson::SUCCESS)
        readMetadata(metadata, span);
    readToolMessage(root, span);
    return span;
}

void LangfuseDecoder::readMember(std::string_view key, const dom::element& value, OtelSpan& span)
{
    if (value.is_null() || isEmpty(value)
        || std::ranges::find(kLangfusePlaces, key) != std::end(kLangfusePlaces))
        return;
    // The names that Langfuse's own SDKs give these on OpenTelemetry spans.
    std::string name(kPrefix);
    if (key == "model")
        name += "model.name";
    else if (key == "modelParameters")
        name += "model.parameters";
    else
        name += key;
    span.attributes.emplace_back(m_dom.keep(std::move(name)), m_dom.valueOf(value));
}

void LangfuseDecoder::readUsage(const dom::object& root, OtelSpan& span)
{
    const FlatJson flat {.dom = m_dom, .to = span.attributes, .levels = 1};
    dom::element value;
    for (const char* key : {"usageDetails", "usage"}) {
        if (root[key].get(value) == simdjson::SUCCESS && value.is_object() && !isEmpty(value)) {
            flat.add("usage", value);
            break;
        }
    }
    if (root["costDetails"].get(value) == simdjson::SUCCESS && !isEmpty(value)) {
        flat.add("costDetails", value);
        return;
    }
    for (const char* key : {"totalCost", "calculatedTotalCost"}) {
        if (root[key].get(value) == simdjson::SUCCESS && !value.is_null() && !isZero(value)) {
            flat.add("costDetails.total", value);
            return;
        }
    }
}

/// Metadata is an object, or a text that holds one.
void LangfuseDecoder::readMetadata(const dom::element& metadata, OtelSpan& span)
{
    dom::object members;
    std::string_view text;
    if (metadata.get(members) == simdjson::SUCCESS) {
        readMetadataMembers(members, m_dom, span);
        return;
    }
    if (metadata.get(text) == simdjson::SUCCESS && text.starts_with('{')) {
        if (const auto parsed = m_metadataDom.parseObject(text, false)) {
            readMetadataMembers(*parsed, m_metadataDom, span);
            return;
        }
    }
    if (!metadata.is_null() && !isEmpty(metadata))
        span.attributes.emplace_back("metadata", m_dom.valueOf(metadata));
}

void LangfuseDecoder::readMetadataMembers(const dom::object& metadata, JsonDom& dom, OtelSpan& span)
{
    for (const auto [key, value] : metadata) {
        dom::object members;
        const bool isObject = value.get(members) == simdjson::SUCCESS;
        if (isObject && key == "attributes") {
            for (const auto [name, one] : members)
                span.attributes.emplace_back(name, dom.valueOf(one));
        } else if (isObject && key == "resourceAttributes") {
            for (const auto [name, one] : members)
                span.resource.emplace_back(name, dom.valueOf(one));
        } else if (isObject && key == "scope") {
            span.scopeName = textAt(members, "name");
            span.scopeVersion = textAt(members, "version");
        } else if (!isEmpty(value)) {
            const FlatJson flat {.dom = dom, .to = span.attributes, .levels = 0};
            flat.add(dom.keep("metadata." + std::string(key)), value);
        }
    }
}

/// Older integrations of LangChain record tools as plain spans; what tells is that such a span
/// gives the message which answers a call.
void LangfuseDecoder::readToolMessage(const dom::object& root, OtelSpan& span)
{
    constexpr std::string_view kCallId = "tool_call_id";
    if (textAt(root, "type") != "SPAN")
        return;
    dom::element output;
    if (root["output"].get(output) != simdjson::SUCCESS)
        return;
    dom::object message;
    std::string_view text;
    if (output.get(text) == simdjson::SUCCESS) {
        if (!text.starts_with('{') || text.find(kCallId) == std::string_view::npos)
            return;
        const auto parsed = m_outputDom.parseObject(text, false);
        if (!parsed)
            return;
        message = *parsed;
    } else if (output.get(message) != simdjson::SUCCESS) {
        return;
    }
    const std::string_view callId = textAt(message, "tool_call_id");
    if (textAt(message, "type") != "tool" || callId.empty())
        return;
    span.attributes.emplace_back("output.tool_call_id", AttributeValue::ofText(callId));
    dom::element content;
    if (message["content"].get(content) == simdjson::SUCCESS && content.is_string())
        span.attributes.emplace_back("output.content", m_outputDom.valueOf(content));
}

} // namespace tracestore
