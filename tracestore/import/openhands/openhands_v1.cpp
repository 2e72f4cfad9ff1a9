#include "tracestore/import/openhands/openhands_v1.h"

#include "tracestore/import/openhands/openhands_content.h"
#include "tracestore/import/reading/title_text.h"

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    constexpr std::array<std::string_view, 5> kKindsWithoutEvent = {"Condensation",
                                                                    "CondensationRequest",
                                                                    "CondensationSummary",
                                                                    "UserRejectObservation",
                                                                    "AgentErrorObservation"};

    std::string textOf(const JsonView& content)
    {
        if (content.isString())
            return content.string();
        for (JsonItems parts(content); content.isArray() && parts.next();) {
            if (parts.item()["text"].isString())
                return parts.item()["text"].string();
        }
        return {};
    }

    void sum(std::optional<std::int64_t>& to, std::optional<std::int64_t> more)
    {
        constexpr std::int64_t kMost = std::int64_t {1} << 60;
        if (more)
            to = std::clamp(to.value_or(0), -kMost, kMost) + std::clamp(*more, -kMost, kMost);
    }

} // namespace

bool OpenHandsV1::isEvent(const JsonView& value)
{
    const std::string kind = value["kind"].string();
    const bool isKnown = kind.ends_with("Event")
        || std::ranges::find(kKindsWithoutEvent, kind) != kKindsWithoutEvent.end();
    return isKnown && value["id"].isString() && value["source"].isString();
}

void OpenHandsV1::add(const JsonView& event, const RecordText& source)
{
    m_time = timeOf(event, source);
    const std::string kind = event["kind"].string();
    if (kind == "MessageEvent")
        addMessage(event, source);
    else if (kind == "ActionEvent")
        addAction(event, source);
    else if (kind == "ObservationEvent" || kind == "AgentErrorEvent"
             || kind == "UserRejectObservation")
        addObservation(event, source);
    else if (kind == "ConversationStateUpdateEvent")
        addUpdate(event, source);
    else if (kind == "SystemPromptEvent") {
        const SpanId span = addPlain(event, source, SpanKind::Message, "system prompt");
        talk.payloads().addInput(span, source.placeOf(event), readOpenHandsPrompt);
        talk.say(source.placeOf(event), readOpenHandsPrompt);
        if (const JsonView& tools = event["tools"]; tools.isArray())
            m_tools = source.placeOf(tools);
    } else if (kind.starts_with("Condensation")) {
        const SpanId span = addPlain(event, source, SpanKind::Compaction, kind);
        talk.payloads().addOutput(span, source.placeOf(event), readOpenHandsSummary);
    } else {
        const SpanId span = addPlain(event, source, SpanKind::Event, kind);
        if (kind == "ConversationErrorEvent")
            talk.fail(span, {.type = event["code"].string(), .message = event["detail"].string()});
    }
    if (m_time)
        lastTime = m_time;
}

SpanId OpenHandsV1::addPlain(const JsonView& event,
                             const RecordText& source,
                             SpanKind kind,
                             std::string_view name)
{
    const std::string word = event["kind"].string();
    const std::string id = event["id"].string();
    const SpanId span = talk.add({.kind = kind,
                                  .name = name.empty() ? std::string_view(word) : name,
                                  .origKind = word,
                                  .origId = id,
                                  .start = m_time,
                                  .raw = {source.placeOf(event)}});
    talk.payloads().add(span, source.placeOf(event), readOpenHandsFacts);
    return span;
}

void OpenHandsV1::addMessage(const JsonView& event, const RecordText& source)
{
    const JsonView& message = event["llm_message"];
    const RawRef place = source.placeOf(message.isObject() ? message : event);
    const std::string text = textOf(message["content"]);
    const std::string id = event["id"].string();
    if (event["source"].string() == "user") {
        addPrompt({.origKind = "MessageEvent",
                   .origId = id,
                   .start = m_time,
                   .raw = {source.placeOf(event)}},
                  text,
                  place,
                  readMessages);
        talk.payloads().add(talk.scope(), source.placeOf(event), readOpenHandsFacts);
        return;
    }
    SpanId span;
    if (event["llm_response_id"].isString())
        span = addCall(event, source);
    else
        span = addPlain(event, source, SpanKind::Message, titleText(text));
    talk.payloads().addOutput(span, place, readMessages);
    talk.say(place, readMessages);
}

SpanId OpenHandsV1::addCall(const JsonView& event, const RecordText& source)
{
    const std::string id = event["llm_response_id"].string();
    const auto [call, isNew] = callOf({.name = m_model.empty() ? "model call" : m_model,
                                       .origKind = "llm_response",
                                       .end = m_time,
                                       .timeSource = TimeSource::Line,
                                       .respondedModel = m_model,
                                       .responseId = id,
                                       .raw = {source.placeOf(event)}});
    if (isNew && m_tools)
        talk.payloads().add(call, *m_tools, readOpenHandsTools);
    if (!isNew)
        talk.addRaw(call, source.placeOf(event));
    return call;
}

void OpenHandsV1::addAction(const JsonView& event, const RecordText& source)
{
    const RawRef place = source.placeOf(event);
    const SpanId call = addCall(event, source);
    talk.payloads().addOutput(call, place, readOpenHandsAnswer);
    talk.say(place, readOpenHandsAction);
    const std::string name = event["tool_name"].string();
    const std::string callId = event["tool_call_id"].string();
    const std::string id = event["id"].string();
    const SpanId tool = talk.addTool({.name = name.empty() ? "action" : name,
                                      .origKind = "ActionEvent",
                                      .origId = id,
                                      .start = m_time,
                                      .toolCallId = callId,
                                      .raw = {place}});
    const JsonView& asked = event["tool_call"]["arguments"];
    const JsonView& arguments = asked.isThere() ? asked : event["action"];
    if (arguments.isThere())
        talk.payloads().add(tool, source.placeOf(arguments), readToolArguments);
    talk.payloads().add(tool, place, readOpenHandsFacts);
    if (!id.empty())
        actions.insert_or_assign(id, tool);
}

/// What answers an action; one whose action is not in the file is a tool all the same.
void OpenHandsV1::addObservation(const JsonView& event, const RecordText& source)
{
    const RawRef place = source.placeOf(event);
    const auto action = actions.find(event["action_id"].string());
    const std::string callId = event["tool_call_id"].string();
    SpanId tool = action != actions.end() ? action->second : talk.findTool(callId);
    if (!tool.isValid()) {
        const std::string name = event["tool_name"].string();
        tool = talk.addTool({.name = name.empty() ? "action" : name,
                             .origKind = event["kind"].string(),
                             .toolCallId = callId});
    }
    const std::string kind = event["kind"].string();
    const bool isError = kind == "AgentErrorEvent" || event["observation"]["is_error"].isTrue();
    const SpanStatus status = kind == "UserRejectObservation" ? SpanStatus::Cancelled
        : isError                                             ? SpanStatus::Error
                                                              : SpanStatus::Ok;
    talk.endTool(tool, status, m_time, place);
    if (isError)
        talk.fail(tool,
                  {.type = kind,
                   .message = event["error"].isString() ? event["error"].string()
                                                        : textOf(event["observation"]["content"])});
    talk.payloads().add(tool, place, readOpenHandsToolObservation);
    talk.say(place, readOpenHandsObservation);
}

void OpenHandsV1::addUpdate(const JsonView& event, const RecordText& source)
{
    const std::string key = event["key"].string();
    const JsonView& value = event["value"];
    if (key == "stats") {
        addStats(value);
        talk.addRaw(rootAgent(), source.placeOf(event));
        return;
    }
    if (!value.isString()) {
        report.add(ReportSeverity::Dropped,
                   source.placeOf(event).offset,
                   "Updates of the whole state of a conversation are not shown as steps.");
        return;
    }
    const SpanId span = addPlain(event, source, SpanKind::StateChange, key + ": " + value.string());
    if (key != "execution_status" || value.string() != "error")
        return;
    talk.fail(span, {.type = key, .message = value.string()});
    builder.session(talk.session()).outcome = SpanStatus::Error;
}

/// Sums of the conversation so far, by what the model was used for: the last ones hold.
void OpenHandsV1::addStats(const JsonView& value)
{
    TokenUsage all {.state = UsageState::Aggregated};
    double cost = 0;
    for (JsonItems uses(value["usage_to_metrics"]); uses.next();) {
        const JsonView& metrics = uses.item();
        cost += metrics["accumulated_cost"].number().value_or(0);
        if (uses.key() == "default" || m_model.empty())
            m_model = metrics["model_name"].string();
        const auto usage = openHandsUsage(metrics["accumulated_token_usage"]);
        if (!usage)
            continue;
        sum(all.input, usage->input);
        sum(all.output, usage->output);
        sum(all.cacheRead, usage->cacheRead);
        sum(all.cacheWrite, usage->cacheWrite);
        sum(all.reasoning, usage->reasoning);
    }
    if (all.total())
        builder.setUsage(rootAgent(), all);
    if (cost > 0)
        builder.setCost(rootAgent(), {.amount = cost});
}

} // namespace tracestore
