#include "engine/travel/step_sheet.h"

#include "engine/breakpoint/effect_name.h"
#include "engine/run/step_form.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>
#include <charconv>

namespace engine {

using nlohmann::json;
using tracestore::SpanDetail;
using tracestore::SpanId;
using tracestore::SpanKind;

namespace {

    constexpr std::size_t kMostSummary = 200;

    std::string shortLine(std::string_view text)
    {
        const bool isCut = text.size() > kMostSummary;
        return tracestore::safeLine(text.substr(0, kMostSummary)) + (isCut ? "\u2026" : "");
    }

    json parsedOr(const std::string& text)
    {
        auto value = tracestore::parseJson(text);
        return value ? std::move(*value) : json(text);
    }

    /// Of an attribute that our recordings write as a text.
    std::string attributeText(const SpanDetail& detail, std::string_view key)
    {
        const auto found = std::ranges::find(detail.attributes, key, &tracestore::Attribute::key);
        if (found == detail.attributes.end())
            return {};
        const auto value = tracestore::parseJson(found->json);
        return value && value->is_string() ? value->get<std::string>() : std::string();
    }

    std::optional<EffectClass> classOf(const SpanDetail& detail)
    {
        const std::string word = attributeText(detail, "effect_class");
        for (const EffectClass each :
             {EffectClass::Pure, EffectClass::Reads, EffectClass::Writes, EffectClass::Outside}) {
            if (tracestore::toWord(each) == word)
                return each;
        }
        return {};
    }

    EffectKind kindOfStep(SpanKind kind)
    {
        switch (kind) {
        case SpanKind::Llm:
            return EffectKind::Model;
        case SpanKind::Tool:
            return EffectKind::Tool;
        case SpanKind::Approval:
            return EffectKind::User;
        default:
            return EffectKind::Agent;
        }
    }

    std::string textOfInput(const SpanDetail& detail)
    {
        return detail.input.empty() ? std::string() : tracestore::plainText(detail.input.back());
    }

    std::string requestSummary(SpanKind kind, const SpanDetail& detail)
    {
        if (kind == SpanKind::Llm)
            return shortLine(textOfInput(detail));
        return shortLine(detail.toolArguments.empty() ? textOfInput(detail) : detail.toolArguments);
    }

    std::string outcomeSummary(const TravelLine& line, SpanId span, const SpanDetail& detail)
    {
        if (const auto* error = line.trace().error(span))
            return shortLine(error->message);
        return shortLine(detail.output.empty() ? detail.toolResult
                                               : tracestore::plainText(detail.output.back()));
    }

    json messagesForm(const std::vector<tracestore::Message>& messages)
    {
        json list = json::array();
        for (const tracestore::Message& message : messages)
            list.push_back(parsedOr(tracestore::toJson(message)));
        return list;
    }

    /// As formOf() of a ModelCall; the tools as the trace has them.
    json modelForm(const TravelLine& line, SpanId span, const SpanDetail& detail)
    {
        json parameters = json::object();
        for (const tracestore::Attribute& each : detail.parameters)
            parameters[each.key] = parsedOr(each.json);
        json tools
            = detail.toolDefinitions.empty() ? json::array() : parsedOr(detail.toolDefinitions);
        return {{"provider", std::string(line.trace().provider(span))},
                {"model", nameOfStep(line, span)},
                {"messages", messagesForm(detail.input)},
                {"param", std::move(parameters)},
                {"tools", std::move(tools)}};
    }

    json requestForm(const TravelLine& line, SpanId span, const SpanDetail& detail)
    {
        const std::string name = nameOfStep(line, span);
        const SpanKind kind = line.trace().kind(span);
        switch (kind) {
        case SpanKind::Llm:
            return modelForm(line, span, detail);
        case SpanKind::Tool:
            return {{"tool", name}, {"args", parsedOr(detail.toolArguments)}};
        case SpanKind::Approval: {
            json asked = parsedOr(detail.toolArguments);
            if (asked.is_object())
                return asked;
            return {{"question", detail.toolArguments.empty() ? json(name) : asked}};
        }
        case SpanKind::Handoff:
        case SpanKind::Agent:
            return {{"agent", name},
                    {"task",
                     detail.toolArguments.empty() ? textOfInput(detail) : detail.toolArguments}};
        default:
            return {{"name", name}};
        }
    }

    const char* statusWord(tracestore::SpanStatus status)
    {
        switch (status) {
        case tracestore::SpanStatus::Error:
            return "error";
        case tracestore::SpanStatus::Cancelled:
            return "cancelled";
        case tracestore::SpanStatus::Pending:
            return "pending";
        case tracestore::SpanStatus::Unknown:
            return "unknown";
        default:
            return "ok";
        }
    }

    /// As formOf() of an outcome.
    json outcomeForm(const TravelLine& line, SpanId span, const SpanDetail& detail)
    {
        const std::string told = attributeText(detail, "outcome");
        json form {{"status", told.empty() ? statusWord(line.trace().status(span)) : told}};
        if (const auto* error = line.trace().error(span))
            form["error"] = {{"type", error->type}, {"message", error->message}};
        if (!detail.output.empty())
            form["message"] = parsedOr(tracestore::toJson(detail.output.front()));
        else
            form["result"] = parsedOr(detail.toolResult);
        return form;
    }

} // namespace

std::string effectNameOf(const TravelLine& line, SpanId span)
{
    const std::string_view id = line.trace().origId(span);
    if (line.kinds().isOurs() && line.isStep(span) && effectIdOf(id))
        return std::string(id);
    return '#' + std::to_string(span.value);
}

SpanId stepOfName(const TravelLine& line, std::string_view name, std::size_t position)
{
    const tracestore::Trace& trace = line.trace();
    if (name.starts_with('#')) {
        std::uint32_t number = SpanId::kNone;
        const auto read = std::from_chars(name.data() + 1, name.data() + name.size(), number);
        const bool isNumber = read.ec == std::errc() && read.ptr == name.data() + name.size();
        return isNumber && number < trace.spanCount() ? SpanId(number) : SpanId();
    }
    SpanId before;
    SpanId behind;
    for (const std::uint32_t begin : line.steps()) {
        const SpanId span = line.moments()[begin].span;
        if (trace.origId(span) != name)
            continue;
        if (begin <= position)
            before = span;
        else if (!behind.isValid())
            behind = span;
    }
    return before.isValid() ? before : behind;
}

std::string pathOfAgent(const TravelLine& line, SpanId span)
{
    const tracestore::AgentId agent = line.trace().agentOf(span);
    if (!agent.isValid())
        return {};
    const tracestore::Agent& known = line.trace().agent(agent);
    return line.kinds().isOurs() ? known.origId : known.name;
}

std::string nameOfStep(const TravelLine& line, SpanId span)
{
    const tracestore::Trace& trace = line.trace();
    if (trace.kind(span) != SpanKind::Llm)
        return std::string(trace.name(span));
    const auto asked = trace.columns().requestedModel[span.index()];
    const std::string_view model = asked.isEmpty() ? trace.model(span) : trace.text(asked);
    return std::string(model.empty() ? trace.name(span) : model);
}

PendingStep
pendingOf(const TravelLine& line, SpanId span, const SpanDetail* detail, PendingStep::Stage stage)
{
    const SpanKind kind = line.trace().kind(span);
    PendingStep step {.effect = effectNameOf(line, span),
                      .agent = pathOfAgent(line, span),
                      .kind = kindOfStep(kind),
                      .name = nameOfStep(line, span),
                      .stage = stage,
                      .reason = {},
                      .summary = {},
                      .edits = {},
                      .isClassTold = false};
    const bool isPast = stage == PendingStep::Stage::HeldAfter;
    if (const auto since = isPast ? line.trace().end(span) : line.trace().start(span))
        step.since = *since;
    if (detail == nullptr)
        return step;
    step.summary = isPast ? outcomeSummary(line, span, *detail) : requestSummary(kind, *detail);
    if (const auto told = classOf(*detail)) {
        step.effectClass = *told;
        step.isClassTold = true;
    }
    return step;
}

StepInspection
inspectionOf(const TravelLine& line, SpanId span, const SpanDetail& detail, bool isPast)
{
    StepInspection step;
    step.effect = effectNameOf(line, span);
    step.agent = pathOfAgent(line, span);
    step.kind = kindOfStep(line.trace().kind(span));
    step.request = tracestore::toJsonText(requestForm(line, span, detail));
    if (isPast)
        step.outcome = tracestore::toJsonText(outcomeForm(line, span, detail));
    return step;
}

} // namespace engine
