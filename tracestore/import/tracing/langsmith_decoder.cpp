#include "tracestore/import/tracing/langsmith_decoder.h"

#include "tracestore/import/tracing/flat_json.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    constexpr std::int64_t kNsPerMillisecond = 1'000'000;

    constexpr std::string_view kLangSmithPlaces[] = {"id",
                                                     "trace_id",
                                                     "parent_run_id",
                                                     "name",
                                                     "start_time",
                                                     "end_time",
                                                     "status",
                                                     "error",
                                                     "events",
                                                     "extra",
                                                     "inputs",
                                                     "outputs",
                                                     "child_runs",
                                                     "first_token_time"};

    bool isEmptyValue(const dom::element& value)
    {
        dom::object object;
        dom::array list;
        return value.is_null() || (value.get(object) == simdjson::SUCCESS && object.size() == 0)
            || (value.get(list) == simdjson::SUCCESS && list.size() == 0);
    }

    std::optional<dom::element> pathIn(dom::element value,
                                       std::initializer_list<std::string_view> path)
    {
        for (const std::string_view step : path) {
            dom::array list;
            if (value.get(list) == simdjson::SUCCESS) {
                if (list.size() == 0)
                    return {};
                value = list.at(0).value_unsafe();
                if (step == "0")
                    continue;
            }
            const auto next = memberOf(value, step);
            if (!next)
                return {};
            value = *next;
        }
        return value;
    }

    /// The text of an error without the traceback that may follow it.
    std::string_view messageOf(std::string_view error)
    {
        std::string_view message = error.substr(0, error.find("Traceback (most recent call last)"));
        const std::size_t end = message.find_last_not_of(" \t\r\n");
        if (end == std::string_view::npos) // it begins with the traceback: the last line tells
            message = error.substr(0, error.find_last_not_of(" \t\r\n") + 1);
        else
            return message.substr(0, end + 1);
        const std::size_t line = message.rfind('\n');
        return line == std::string_view::npos ? message : message.substr(line + 1);
    }

} // namespace

LangsmithOrder langsmithOrderOf(std::string_view dottedOrder)
{
    const auto idIn = [](std::string_view segment) {
        const std::size_t mark = segment.find('Z');
        return mark == std::string_view::npos ? std::string_view() : segment.substr(mark + 1);
    };
    LangsmithOrder order {.traceId = idIn(dottedOrder.substr(0, dottedOrder.find('.')))};
    const std::size_t last = dottedOrder.rfind('.');
    if (last == std::string_view::npos) {
        order.id = order.traceId;
        return order;
    }
    order.id = idIn(dottedOrder.substr(last + 1));
    const std::string_view above = dottedOrder.substr(0, last);
    const std::size_t before = above.rfind('.');
    order.parentId = idIn(before == std::string_view::npos ? above : above.substr(before + 1));
    return order;
}

Result<OtelSpan> LangsmithDecoder::span(std::string_view json, bool isPadded)
{
    const auto parsed = m_dom.parseObject(json, isPadded);
    if (!parsed)
        return Failure(parsed.error());
    takeMembers(*parsed);
    OtelSpan span;
    readIds(span);
    span.name = text("name");
    if (span.name.empty())
        span.name = text("run_type").empty() ? std::string_view("run") : text("run_type");
    span.start = time("start_time");
    span.end = time("end_time");
    span.firstToken = time("first_token_time").time;
    readContent(span);
    readUsage(span);
    readModel(span);
    readExtra(span);
    readEvents(span);
    readRest(span);
    readOutcome(span);
    return span;
}

void LangsmithDecoder::takeMembers(const dom::object& root)
{
    m_members.clear();
    m_index.clear();
    for (const auto [key, value] : root) {
        const auto [at, isNew] = m_index.try_emplace(key, m_members.size());
        if (isNew)
            m_members.emplace_back(key, value);
        else if (!isEmptyValue(value))
            m_members[at->second].second = value;
    }
}

const dom::element* LangsmithDecoder::member(std::string_view key) const
{
    const auto found = m_index.find(key);
    if (found == m_index.end() || m_members[found->second].second.is_null())
        return nullptr;
    return &m_members[found->second].second;
}

std::string_view LangsmithDecoder::text(std::string_view key) const
{
    const dom::element* value = member(key);
    std::string_view result;
    return value != nullptr && value->get(result) == simdjson::SUCCESS ? result
                                                                       : std::string_view();
}

/// A text, or milliseconds since 1970.
OtelTime LangsmithDecoder::time(std::string_view key)
{
    const dom::element* value = member(key);
    if (value == nullptr)
        return {};
    if (value->is_string())
        return otelTimeOfIso(text(key));
    return otelTimeOf(m_dom.valueOf(*value), kNsPerMillisecond);
}

void LangsmithDecoder::readIds(OtelSpan& span)
{
    const LangsmithOrder order = langsmithOrderOf(text("dotted_order"));
    span.spanId = text("id").empty() ? order.id : text("id");
    span.traceId = text("trace_id").empty() ? order.traceId : text("trace_id");
    span.parentSpanId = text("parent_run_id").empty() ? order.parentId : text("parent_run_id");
}

void LangsmithDecoder::readContent(OtelSpan& span)
{
    const bool isTool = text("run_type") == "tool";
    for (const auto& [key, only] : {std::pair("inputs", "input"), std::pair("outputs", "output")}) {
        const dom::element* content = member(key);
        if (content == nullptr || isEmptyValue(*content))
            continue;
        const FlatJson flat {.dom = m_dom, .to = span.attributes, .levels = 0};
        dom::object object;
        const bool isOnly = content->get(object) == simdjson::SUCCESS && object.size() == 1
            && memberOf(*content, only);
        if (!isTool || !isOnly) {
            flat.add(key, *content);
            continue;
        }
        // The tool was called with this one value, or gave it; often as the message for the model.
        const dom::element value = *memberOf(*content, only);
        flat.add(m_dom.keep(std::string(key) + '.' + only), value);
        const auto kwargs = memberOf(value, "kwargs");
        const dom::element message = kwargs ? *kwargs : value;
        if (const auto id = memberOf(message, "tool_call_id")) {
            flat.add("output.tool_call_id", *id);
            if (const auto result = memberOf(message, "content"))
                flat.add("outputs.output.content", *result);
        }
    }
}

bool LangsmithDecoder::readUsageIn(const dom::element& holder, OtelSpan& span)
{
    for (const auto& path : std::initializer_list<std::initializer_list<std::string_view>> {
             {"usage_metadata"},
             {"usage"},
             {"llm_output", "token_usage"},
             {"llm_output", "usage"},
             {"generations", "0", "0", "message", "kwargs", "usage_metadata"},
             {"generations", "0", "0", "message", "usage_metadata"},
             {"generations", "0", "message", "kwargs", "usage_metadata"},
             {"output", "kwargs", "usage_metadata"},
             {"output", "usage_metadata"}}) {
        const auto usage = pathIn(holder, path);
        if (usage && usage->is_object() && !isEmptyValue(*usage)) {
            FlatJson {.dom = m_dom, .to = span.attributes, .levels = 2}.add("usage", *usage);
            return true;
        }
    }
    return false;
}

/// What the answer says of itself, else what LangSmith counted for the run.
void LangsmithDecoder::readUsage(OtelSpan& span)
{
    const dom::element* outputs = member("outputs");
    if (text("run_type") == "llm" && outputs != nullptr && readUsageIn(*outputs, span))
        return;
    const dom::element* extra = member("extra");
    if (extra != nullptr) {
        const auto metadata = memberOf(*extra, "metadata");
        if (metadata && readUsageIn(*metadata, span))
            return;
    }
    const FlatJson flat {.dom = m_dom, .to = span.attributes, .levels = 1};
    for (const std::string_view key : {"prompt_tokens",
                                       "completion_tokens",
                                       "total_tokens",
                                       "prompt_token_details",
                                       "completion_token_details"}) {
        if (const dom::element* value = member(key))
            flat.add(m_dom.keep("usage." + std::string(key)), *value);
    }
}

void LangsmithDecoder::readModel(OtelSpan& span)
{
    const dom::element* outputs = member("outputs");
    if (text("run_type") != "llm" || outputs == nullptr)
        return;
    const FlatJson flat {.dom = m_dom, .to = span.attributes, .levels = 0};
    for (const auto& path : std::initializer_list<std::initializer_list<std::string_view>> {
             {"model"},
             {"llm_output", "model_name"},
             {"generations", "0", "0", "message", "kwargs", "response_metadata", "model_name"}}) {
        const auto model = pathIn(*outputs, path);
        if (model && model->is_string()) {
            flat.add("outputs.model", *model);
            break;
        }
    }
    if (const auto id = memberOf(*outputs, "id"); id && id->is_string())
        flat.add("outputs.id", *id);
    const dom::element* inputs = member("inputs");
    if (inputs != nullptr && memberOf(*inputs, "tools"))
        flat.add("inputs.tools", *memberOf(*inputs, "tools"));
}

void LangsmithDecoder::readExtra(OtelSpan& span)
{
    const dom::element* extra = member("extra");
    dom::object members;
    if (extra == nullptr || extra->get(members) != simdjson::SUCCESS)
        return;
    for (const auto [key, value] : members) {
        if (key == "metadata") {
            FlatJson {.dom = m_dom, .to = span.attributes, .levels = 1}.add(key, value);
            continue;
        }
        if (isEmptyValue(value))
            continue;
        FlatJson {.dom = m_dom, .to = span.attributes, .levels = 0}.add(
            m_dom.keep("extra." + std::string(key)), value);
        if (key == "runtime") {
            span.scopeName = textMemberOf(value, "sdk");
            span.scopeVersion = textMemberOf(value, "sdk_version");
        }
        if (const auto tools = key == "invocation_params" ? memberOf(value, "tools") : std::nullopt)
            FlatJson {.dom = m_dom, .to = span.attributes, .levels = 0}.add(
                "extra.invocation_params.tools", *tools);
    }
}

void LangsmithDecoder::readEvents(OtelSpan& span)
{
    const dom::element* events = member("events");
    dom::array list;
    if (events == nullptr || events->get(list) != simdjson::SUCCESS)
        return;
    for (const dom::element one : list) {
        GenAiEvent event {.name = textMemberOf(one, "name"),
                          .time = otelTimeOfIso(textMemberOf(one, "time")).time};
        if (const auto kwargs = memberOf(one, "kwargs"))
            FlatJson {.dom = m_dom, .to = event.attributes, .levels = 1}.add("kwargs", *kwargs);
        if (event.name == "new_token" && !span.firstToken)
            span.firstToken = event.time;
        span.events.push_back(std::move(event));
    }
}

void LangsmithDecoder::readOutcome(OtelSpan& span)
{
    const std::string_view error = text("error");
    if (text("status") == "error" || !error.empty())
        span.status = OtelStatus::Error;
    else if (text("status") == "success")
        span.status = OtelStatus::Ok;
    span.statusMessage = messageOf(error);
    if (span.statusMessage.size() < error.size())
        span.attributes.emplace_back("exception.stacktrace", AttributeValue::ofText(error));
}

void LangsmithDecoder::readRest(OtelSpan& span)
{
    const FlatJson flat {.dom = m_dom, .to = span.attributes, .levels = 0};
    for (const auto& [key, value] : m_members) {
        const bool isKnown = std::ranges::find(kLangSmithPlaces, key) != std::end(kLangSmithPlaces)
            || key.starts_with("prompt_token") || key.starts_with("completion_token")
            || key == "total_tokens";
        if (!isKnown && !isEmptyValue(value))
            flat.add(key, value);
    }
}

} // namespace tracestore
