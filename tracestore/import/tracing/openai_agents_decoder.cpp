#include "tracestore/import/tracing/openai_agents_decoder.h"

#include "tracestore/import/tracing/flat_json.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    constexpr std::string_view kOpenAiAgentsPlaces[]
        = {"object", "id", "trace_id", "parent_id", "started_at", "ended_at", "span_data", "error"};

    /// What dumps of others put beside `span_data`, because the exporter leaves it out there.
    constexpr std::pair<const char*, std::string_view> kBeside[]
        = {{"span_data_input", "span_data.input"}, {"span_data_response", "span_data.response"}};

    bool isBeside(std::string_view key)
    {
        // `span_data_type` and its like repeat what stands in `span_data`.
        return key.starts_with("span_data_") || key == "response";
    }

} // namespace

Result<OtelSpan> OpenAiAgentsDecoder::span(std::string_view json, bool isPadded)
{
    const auto parsed = m_dom.parseObject(json, isPadded);
    if (!parsed)
        return Failure(parsed.error());
    const dom::object& root = *parsed;
    m_handoffTo = {};
    OtelSpan span;
    span.traceId = textAt(root, "trace_id");
    span.spanId = textAt(root, "id");
    span.parentSpanId = textAt(root, "parent_id");
    span.start = otelTimeOfIso(textAt(root, "started_at"));
    span.end = otelTimeOfIso(textAt(root, "ended_at"));
    readData(root, span);
    readRest(root, span);
    readOutcome(root, span);
    if (span.name.empty())
        span.name = "span";
    return span;
}

void OpenAiAgentsDecoder::readData(const dom::object& root, OtelSpan& span)
{
    const auto data = objectAt(root, "span_data");
    if (!data)
        return;
    span.name = nameOf(*data);
    for (const auto [key, value] : *data) {
        const bool isUsage = key == "usage" && value.is_object();
        const bool isTree = key == "data"; // what a custom span holds
        const FlatJson flat {.dom = m_dom,
                             .to = span.attributes,
                             .levels = isUsage ? 2
                                 : isTree      ? 1
                                               : 0};
        flat.add(isUsage ? "usage" : m_dom.keep("span_data." + std::string(key)), value);
    }
    // The SDK's own spans for tasks and turns are custom spans, with their usage in the data.
    if (const auto custom = objectAt(*data, "data")) {
        dom::element usage;
        if ((*custom)["usage"].get(usage) == simdjson::SUCCESS && usage.is_object())
            FlatJson {.dom = m_dom, .to = span.attributes, .levels = 2}.add("usage", usage);
    }
    readAnswers(*data, span);
}

std::string_view OpenAiAgentsDecoder::nameOf(const dom::object& data)
{
    const std::string_view type = textAt(data, "type");
    if (type == "handoff") {
        m_handoffTo = textAt(data, "to_agent");
        const std::string_view from = textAt(data, "from_agent");
        if (from.empty() || m_handoffTo.empty())
            return m_handoffTo.empty() ? type : m_handoffTo;
        return m_dom.keep(std::string(from) + " → " + std::string(m_handoffTo));
    }
    if (const auto custom = objectAt(data, "data")) {
        if (textAt(*custom, "sdk_span_type") == "task" && !textAt(*custom, "name").empty())
            return textAt(*custom, "name");
        if (textAt(*custom, "sdk_span_type") == "turn" && numberAt(*custom, "turn"))
            return m_dom.keep("turn " + std::to_string(*numberAt(*custom, "turn")));
    }
    for (const char* key : {"name", "model", "server"}) {
        if (const std::string_view name = textAt(data, key); !name.empty())
            return name;
    }
    return type;
}

/// The answer of a model may be there as the API gave it: it knows its usage, model and id.
void OpenAiAgentsDecoder::readAnswers(const dom::object& data, OtelSpan& span)
{
    dom::element answer;
    if (data["response"].get(answer) == simdjson::SUCCESS)
        readAnswer(answer, span);
    if (const auto output = arrayAt(data, "output")) {
        for (const dom::element one : *output)
            readAnswer(one, span);
    }
}

void OpenAiAgentsDecoder::readAnswer(const dom::element& answer, OtelSpan& span)
{
    dom::object members;
    if (answer.get(members) != simdjson::SUCCESS || !objectAt(members, "usage"))
        return;
    const bool isKnown = std::ranges::any_of(span.attributes, [](const auto& attribute) {
        return attribute.first.starts_with("usage.");
    });
    const FlatJson flat {.dom = m_dom, .to = span.attributes, .levels = 2};
    dom::element value;
    if (!isKnown && members["usage"].get(value) == simdjson::SUCCESS)
        flat.add("usage", value);
    if (members["model"].get(value) == simdjson::SUCCESS)
        flat.add("outputs.model", value);
    if (members["id"].get(value) == simdjson::SUCCESS)
        flat.add("outputs.id", value);
}

void OpenAiAgentsDecoder::readRest(const dom::object& root, OtelSpan& span)
{
    const FlatJson flat {.dom = m_dom, .to = span.attributes, .levels = 0};
    dom::element value;
    for (const auto& [key, name] : kBeside) {
        if (findAttribute(span.attributes, name) == nullptr
            && root[key].get(value) == simdjson::SUCCESS)
            flat.add(name, value);
    }
    for (const auto [key, member] : root) {
        const bool isRepeated = isBeside(key)
            || findAttribute(span.attributes, m_dom.keep("span_data." + std::string(key)))
                != nullptr;
        if (!isRepeated
            && std::ranges::find(kOpenAiAgentsPlaces, key) == std::end(kOpenAiAgentsPlaces))
            flat.add(key, member);
    }
}

/// The SDK writes `error: null` when a span has ended well.
void OpenAiAgentsDecoder::readOutcome(const dom::object& root, OtelSpan& span)
{
    dom::element error;
    if (root["error"].get(error) != simdjson::SUCCESS)
        return;
    if (error.is_null()) {
        if (span.end.time)
            span.status = OtelStatus::Ok;
        return;
    }
    span.status = OtelStatus::Error;
    dom::object members;
    std::string_view text;
    if (error.get(members) == simdjson::SUCCESS) {
        span.statusMessage = textAt(members, "message");
        dom::element data;
        if (members["data"].get(data) != simdjson::SUCCESS)
            return;
        FlatJson {.dom = m_dom, .to = span.attributes, .levels = 1}.add("error.data", data);
        // The message only says what was done; the reason stands in the data.
        if (const std::string_view reason = textMemberOf(data, "error"); !reason.empty())
            span.statusMessage
                = m_dom.keep(std::string(span.statusMessage) + ": " + std::string(reason));
    } else if (error.get(text) == simdjson::SUCCESS) {
        span.statusMessage = text;
    }
}

} // namespace tracestore
