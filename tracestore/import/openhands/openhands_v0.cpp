#include "tracestore/import/openhands/openhands_v0.h"

#include "tracestore/import/openhands/openhands_content.h"
#include "tracestore/import/reading/named_attribute.h"
#include "tracestore/import/reading/title_text.h"

#include <array>

namespace tracestore {
namespace {

    constexpr char kInstance[] = "instance";
    constexpr char kMetadata[] = "metadata";
    constexpr char kMetrics[] = "metrics";
    constexpr char kRunError[] = "error";
    constexpr char kTestResult[] = "test_result";

    /// The arguments that the model gave for a call, within its answer.
    JsonView argumentsOf(const JsonView& response, const std::string& callId)
    {
        for (JsonItems choices(response["choices"]); choices.next();) {
            for (JsonItems calls(choices.item()["message"]["tool_calls"]); calls.next();) {
                if (calls.item()["id"].scalar() == callId)
                    return JsonView(calls.item()["function"]["arguments"].text());
            }
        }
        return {};
    }

    std::string responseIdOf(const JsonView& event)
    {
        return event["tool_call_metadata"]["model_response"]["id"].scalar();
    }

    std::optional<std::int64_t> exitCodeOf(const JsonView& event)
    {
        const auto code = event["extras"]["metadata"]["exit_code"].integer();
        return code ? code : event["extras"]["exit_code"].integer();
    }

    SpanStatus statusOf(const JsonView& event)
    {
        const std::string observation = event["observation"].string();
        if (observation == "user_rejected")
            return SpanStatus::Cancelled;
        const bool isFailed = observation == "error" || event["success"].isFalse()
            || (!event["success"].isThere() && exitCodeOf(event).value_or(0) != 0);
        return isFailed ? SpanStatus::Error : SpanStatus::Ok;
    }

} // namespace

bool OpenHandsV0::isEvent(const JsonView& value)
{
    if (value.isArray()) {
        JsonItems pair(value);
        return pair.next() && pair.item()["action"].isString() && pair.item()["args"].isObject()
            && pair.next() && pair.item()["observation"].isString();
    }
    const bool isAction = value["action"].isString() && value["args"].isObject();
    const bool isObservation = value["observation"].isString()
        && (value["extras"].isObject() || value["content"].isString());
    return (isAction || isObservation) && value["source"].isString();
}

void OpenHandsV0::add(const JsonView& event, const RecordText& source)
{
    if (event.isObject()) {
        addOne(event, source, {});
        return;
    }
    m_lastAction = SpanId();
    for (JsonItems pair(event); event.isArray() && pair.next();)
        addOne(pair.item(), source, m_lastAction);
}

void OpenHandsV0::addOne(const JsonView& event, const RecordText& source, SpanId answered)
{
    m_time = timeOf(event, source);
    if (event["action"].isString()) {
        m_lastAction = addAction(event, source);
        if (const std::string id = event["id"].scalar(); !id.empty() && m_lastAction.isValid())
            actions.insert_or_assign(id, m_lastAction);
    } else if (event["observation"].isString()) {
        addObservation(event, source, answered);
    } else {
        report.add(ReportSeverity::Dropped,
                   source.placeOf(event).offset,
                   "An event is neither an action nor an observation and was left out.");
    }
    if (m_time)
        lastTime = m_time;
}

SpanId OpenHandsV0::addAction(const JsonView& event, const RecordText& source)
{
    const std::string action = event["action"].string();
    if (action == "message")
        return addMessage(event, source);
    if (action == "system") {
        if (const JsonView& tools = event["args"]["tools"]; tools.isArray())
            m_tools = source.placeOf(tools);
        const SpanId span = addPlain(event, source, SpanKind::Message, "system prompt");
        talk.payloads().addInput(span, source.placeOf(event), readOpenHandsMessage);
        talk.say(source.placeOf(event), readOpenHandsMessage);
        return span;
    }
    if (action == "change_agent_state")
        return addState(event, source, event["args"]["agent_state"]);
    if (action == "recall")
        return addPlain(event, source, SpanKind::Retrieval, action);
    if (action == "condensation" || action == "condensation_request") {
        const SpanId span = addPlain(event, source, SpanKind::Compaction, action);
        talk.payloads().addOutput(span, source.placeOf(event), readOpenHandsSummary);
        return span;
    }
    if (action == "null" || action.empty()) {
        report.add(ReportSeverity::Dropped,
                   source.placeOf(event).offset,
                   "Actions that do nothing are not shown as steps.");
        return {};
    }
    return addTool(event, source);
}

SpanId OpenHandsV0::addMessage(const JsonView& event, const RecordText& source)
{
    const RawRef place = source.placeOf(event);
    const JsonView& content = event["args"]["content"];
    const std::string id = event["id"].scalar();
    const std::string text = content.isString() ? content.string() : event["message"].string();
    if (event["source"].string() == "user" && !isInSubAgent()) {
        addPrompt({.origKind = "message", .origId = id, .start = m_time, .raw = {place}},
                  text,
                  place,
                  readOpenHandsMessage);
        talk.payloads().add(talk.scope(), place, readOpenHandsFacts);
        return talk.scope();
    }
    if (event["tool_call_metadata"].isObject())
        addCall(event, source);
    const std::string title = titleText(text);
    const SpanId span = addPlain(event, source, SpanKind::Message, title);
    talk.payloads().addOutput(span, place, readOpenHandsMessage);
    talk.say(place, readOpenHandsMessage);
    return span;
}

SpanId OpenHandsV0::addState(const JsonView& event, const RecordText& source, const JsonView& state)
{
    const SpanId span = addPlain(event, source, SpanKind::StateChange, state.string());
    if (state.string() == "error")
        talk.fail(span, {.type = "agent state", .message = event["extras"]["reason"].string()});
    return span;
}

SpanId OpenHandsV0::addPlain(const JsonView& event,
                             const RecordText& source,
                             SpanKind kind,
                             std::string_view name)
{
    const std::string word = event.either("action", "observation").string();
    const std::string id = event["id"].scalar();
    const SpanId span = talk.add({.kind = kind,
                                  .name = name.empty() ? std::string_view(word) : name,
                                  .origKind = word,
                                  .origId = id,
                                  .start = m_time,
                                  .raw = {source.placeOf(event)}});
    talk.payloads().add(span, source.placeOf(event), readOpenHandsFacts);
    return span;
}

void OpenHandsV0::addCall(const JsonView& event, const RecordText& source)
{
    const JsonView& metadata = event["tool_call_metadata"];
    const JsonView& response = metadata["model_response"];
    const std::string model = response["model"].string();
    const std::string id = responseIdOf(event);
    const auto usage = openHandsUsage(response["usage"]);
    const auto [call, isNew] = callOf({.name = model.empty() ? "model call" : model,
                                       .origKind = "model_response",
                                       .end = m_time,
                                       .timeSource = TimeSource::Line,
                                       .respondedModel = model,
                                       .responseId = id,
                                       .usage = usage,
                                       .raw = {source.placeOf(metadata)}});
    if (!isNew)
        return;
    m_hasUsage = m_hasUsage || usage;
    if (!id.empty())
        m_callByResponse.emplace(id, call);
    if (m_tools)
        talk.payloads().add(call, *m_tools, readOpenHandsTools);
    if (!response.isObject())
        return;
    talk.payloads().addOutput(call, source.placeOf(response), readMessages);
    talk.say(source.placeOf(response), readMessages);
}

SpanId OpenHandsV0::addTool(const JsonView& event, const RecordText& source)
{
    const RawRef place = source.placeOf(event);
    const JsonView& metadata = event["tool_call_metadata"];
    const std::string action = event["action"].string();
    const std::string function = metadata["function_name"].string();
    const std::string callId = metadata["tool_call_id"].scalar();
    const std::string id = event["id"].scalar();
    if (metadata.isObject()) {
        addCall(event, source);
    } else if (!event["args"]["thought"].string().empty()) {
        const std::string title = titleText(event["args"]["thought"].string());
        const SpanId thought = addPlain(event, source, SpanKind::Message, title);
        talk.payloads().addOutput(thought, place, readOpenHandsThought);
        talk.say(place, readOpenHandsThought);
    }
    const SpanId tool = talk.addTool({.name = function.empty() ? action : function,
                                      .origKind = action,
                                      .origId = id,
                                      .start = m_time,
                                      .toolCallId = callId,
                                      .raw = {place}});
    const JsonView asked = argumentsOf(metadata["model_response"], callId);
    const JsonView& arguments = asked.isThere() ? asked : event["args"];
    if (arguments.isThere())
        talk.payloads().add(tool, source.placeOf(arguments), readToolArguments);
    talk.payloads().add(tool, place, readOpenHandsFacts);
    if (action == "delegate") {
        const std::string name = event["args"]["agent"].string();
        beginAgent(name.empty() ? "sub-agent" : name, tool);
    }
    return tool;
}

void OpenHandsV0::addObservation(const JsonView& event, const RecordText& source, SpanId answered)
{
    const std::string observation = event["observation"].string();
    if (observation == "agent_state_changed") {
        addState(event, source, event["extras"]["agent_state"]);
        return;
    }
    if (const auto action = actions.find(event["cause"].scalar());
        !answered.isValid() && action != actions.end())
        answered = action->second;
    if (!answered.isValid())
        answered = talk.findTool(event["tool_call_metadata"]["tool_call_id"].scalar());
    if (observation == "null") {
        if (answered.isValid())
            talk.addRaw(answered, source.placeOf(event));
        else
            report.add(ReportSeverity::Dropped,
                       source.placeOf(event).offset,
                       "Observations that say nothing are not shown as steps.");
        return;
    }
    if (observation == "delegate" && isInSubAgent())
        endAgent();
    if (answered.isValid()) {
        answer(answered, event, source);
        return;
    }
    const bool isFailed = statusOf(event) == SpanStatus::Error;
    const SpanId span
        = addPlain(event, source, isFailed ? SpanKind::Error : SpanKind::Event, observation);
    if (isFailed)
        talk.fail(span, {.type = observation, .message = event["content"].string()});
    talk.payloads().addInput(span, source.placeOf(event), readOpenHandsResult);
    talk.say(source.placeOf(event), readOpenHandsResult);
}

void OpenHandsV0::answer(SpanId tool, const JsonView& event, const RecordText& source)
{
    const RawRef place = source.placeOf(event);
    const SpanStatus status = statusOf(event);
    talk.endTool(tool, status, m_time, place);
    talk.payloads().add(tool, place, readOpenHandsToolResult);
    if (status == SpanStatus::Error) {
        const std::string observation = event["observation"].string();
        const JsonView& words = observation == "error" ? event["content"] : event["message"];
        talk.fail(tool, {.type = observation, .message = words.string()});
    }
    const SpanKind kind = builder.columns().kind[tool.index()];
    if (kind == SpanKind::Tool || kind == SpanKind::Retrieval)
        talk.say(place, readOpenHandsResult);
}

void OpenHandsV0::addRecord(const JsonView& record, const RecordText& source)
{
    const SpanId root = rootAgent();
    const auto keep = [&](const JsonView& value, StepPayloads::ReadPiece read) {
        if (!value.isThere() || value.isCut())
            return;
        talk.payloads().add(root, source.placeOf(value), read);
        talk.addRaw(root, source.placeOf(value));
    };
    keep(record[kMetadata], readAs<kMetadata>);
    keep(record[kInstance], readAs<kInstance>);
    keep(record[kTestResult], readAs<kTestResult>);
    keep(record[kMetrics], readAs<kMetrics>);
    keep(record[kRunError], readAs<kRunError>);
    addOutcome(record);
    addMetrics(record[kMetrics]);
}

void OpenHandsV0::addOutcome(const JsonView& record)
{
    Session& session = builder.session(talk.session());
    const JsonView& result = record[kTestResult];
    for (const JsonView* verdict :
         {&result["report"]["resolved"], &record["report"]["resolved"], &result["resolved"]}) {
        if (!verdict->isTrue() && !verdict->isFalse())
            continue;
        session.outcome = verdict->isTrue() ? SpanStatus::Ok : SpanStatus::Error;
        session.scores.push_back({.name = "resolved",
                                  .value = verdict->isTrue() ? 1 : 0,
                                  .label = {},
                                  .explanation = {}});
        break;
    }
    const std::string error = record[kRunError].string();
    if (error.empty())
        return;
    talk.fail(rootAgent(), {.type = "run", .message = error});
    if (session.outcome == SpanStatus::Unknown)
        session.outcome = SpanStatus::Error;
}

void OpenHandsV0::addMetrics(const JsonView& metrics)
{
    const SpanId root = rootAgent();
    if (auto usage = openHandsUsage(metrics["accumulated_token_usage"])) {
        usage->state = UsageState::Aggregated;
        builder.setUsage(root, *usage);
    }
    if (const auto cost = metrics["accumulated_cost"].number(); cost && *cost > 0)
        builder.setCost(root, {.amount = *cost});
    if (m_hasUsage)
        builder.columns().countsInTotals.set(root.index(), 0);
    for (JsonItems latencies(metrics["response_latencies"]); latencies.next();) {
        const auto call = m_callByResponse.find(latencies.item()["response_id"].scalar());
        const auto seconds = latencies.item()["latency"].number();
        if (call == m_callByResponse.end() || !seconds || !(*seconds >= 0) || *seconds > 1e6)
            continue;
        SpanColumns& columns = builder.columns();
        const std::int64_t end = columns.end[call->second.index()];
        if (end != SpanColumns::kNoTime)
            columns.start.set(call->second.index(),
                              end - static_cast<std::int64_t>(*seconds * 1e9));
    }
}

} // namespace tracestore
