#include "tracestore/import/adk/adk_session.h"

#include "tracestore/import/reading/named_attribute.h"
#include "tracestore/import/reading/title_text.h"
#include "tracestore/import/reading/token_counts.h"
#include "tracestore/import/reading/unix_time.h"

namespace tracestore {
namespace {

    constexpr char kState[] = "state";
    constexpr char kActions[] = "actions";
    constexpr char kUser[] = "userId";

    const JsonView& callIn(const JsonView& part)
    {
        return part.either("functionCall", "function_call");
    }

    const JsonView& responseIn(const JsonView& part)
    {
        return part.either("functionResponse", "function_response");
    }

    std::string firstText(const JsonView& event)
    {
        for (JsonItems parts(event["content"]["parts"]); parts.next();) {
            if (parts.item()["text"].isString())
                return parts.item()["text"].string();
        }
        return {};
    }

    /// `thoughts` are counted beside the answer, what was cached within the prompt.
    std::optional<TokenUsage> tokensOf(const JsonView& usage)
    {
        const auto count = [&](std::string_view camel, std::string_view snake) {
            return usage.either(camel, snake).integer();
        };
        return usageOf({.input = count("promptTokenCount", "prompt_token_count"),
                        .cacheRead = count("cachedContentTokenCount", "cached_content_token_count"),
                        .output = count("candidatesTokenCount", "candidates_token_count"),
                        .reasoning = count("thoughtsTokenCount", "thoughts_token_count"),
                        .total = count("totalTokenCount", "total_token_count"),
                        .isInputWithCache = true});
    }

    Result<void> readEvent(const nlohmann::json& event, SpanDetail& to)
    {
        if (!event.is_object())
            return {};
        for (const auto& [key, value] : event.items()) {
            if (key == "content" || value.is_null())
                continue;
            if (key == "finishReason" || key == "finish_reason")
                to.finishReasons.push_back(value.is_string() ? value.get<std::string>()
                                                             : toJsonText(value));
            to.attributes.push_back({key, toJsonText(value)});
        }
        return {};
    }

} // namespace

bool AdkSession::isEvent(const JsonView& value)
{
    return value["author"].isString() && value.either("invocationId", "invocation_id").isString();
}

AdkSession::AdkSession(TraceBuilder& builder,
                       StepPayloads& payloads,
                       ReportBatch& report,
                       const RecordText& source,
                       const JsonView& document,
                       std::string key)
    : m_builder(builder)
    , m_report(report)
    , m_source(source)
    , m_steps(builder, payloads, builder.addSession({.producerName = "Google ADK"}))
{
    Session& session = builder.session(m_steps.session());
    session.key = document["id"].scalar().empty() ? std::move(key) : document["id"].scalar();
    const std::string app = document.either("appName", "app_name").string();
    m_root = m_steps.add({.kind = SpanKind::Session,
                          .name = app.empty() ? "ADK session" : std::string_view(app),
                          .origKind = "session",
                          .origId = session.key});
    for (const auto& [value, read] :
         {std::pair {&document[kState], StepPayloads::ReadPiece(readAs<kState>)},
          std::pair {&document.either(kUser, "user_id"), StepPayloads::ReadPiece(readAs<kUser>)}}) {
        if (!value->isThere() || value->isCut())
            continue;
        payloads.add(m_root, source.placeOf(*value), read);
        m_steps.addRaw(m_root, source.placeOf(*value));
    }
    m_main = {m_steps.place().history, 0};
}

void AdkSession::add(const JsonView& event)
{
    m_time = timeOfSeconds(event["timestamp"].number());
    const std::string id = event.either("invocationId", "invocation_id").string();
    const bool isUser = event["author"].string() == "user";
    if (id != m_invocation || !m_turn.isValid())
        beginInvocation(event, id);
    if (isUser)
        addUser(event);
    else
        addAgentEvent(event);
    if (m_time)
        m_lastTime = m_time;
}

/// An invocation is a turn, and begins with what the user said, if that was kept.
void AdkSession::beginInvocation(const JsonView& event, const std::string& id)
{
    m_invocation = id;
    m_agents.clear();
    m_byBranch.clear();
    m_branches.clear();
    m_firstPieces.clear();
    const bool isPrompt = event["author"].string() == "user";
    const std::string text = isPrompt ? firstText(event) : std::string();
    const std::string title = titleText(text);
    Session& session = m_builder.session(m_steps.session());
    if (session.title.empty())
        session.title = title;
    SpanRecord record {.kind = SpanKind::Turn,
                       .name = title.empty() ? "invocation" : std::string_view(title),
                       .origKind = "invocation",
                       .origId = id,
                       .parent = m_root,
                       .isParentImplied = true,
                       .start = m_time};
    m_turn = m_steps.add(record);
}

void AdkSession::addUser(const JsonView& event)
{
    m_steps.addRaw(m_turn, m_source.placeOf(event));
    m_steps.goTo({m_turn, m_main.history, m_main.said});
    const JsonView& content = event["content"];
    if (!addResults(event) && content.isObject())
        m_steps.payloads().addInput(m_turn, m_source.placeOf(content), readMessages);
    if (content.isObject())
        m_steps.say(m_source.placeOf(content), readMessages);
    m_main = {m_steps.place().history, m_steps.place().said};
    m_steps.payloads().add(m_turn, m_source.placeOf(event), readEvent);
}

void AdkSession::addAgentEvent(const JsonView& event)
{
    const std::string author = event["author"].string();
    if (event["partial"].isTrue()) {
        if (m_time)
            m_firstPieces.emplace(author, *m_time);
        m_report.add(ReportSeverity::Dropped,
                     m_source.placeOf(event).offset,
                     "Pieces of answers that were streamed are not shown: the whole answer is.");
        return;
    }
    Talk& talk = talkOf(event);
    const SpanId agent = agentOf(event);
    m_steps.goTo({agent, talk.history, talk.said});
    for (JsonItems ids(event.either("longRunningToolIds", "long_running_tool_ids")); ids.next();)
        m_longRunning.push_back(ids.item().string());
    if (!addResults(event))
        addAnswer(event);
    else if (event["content"].isObject())
        m_steps.say(m_source.placeOf(event["content"]), readMessages);
    addActions(event);
    talk = {m_steps.place().history, m_steps.place().said};
}

AdkSession::Talk& AdkSession::talkOf(const JsonView& event)
{
    const std::string branch = event["branch"].string();
    return branch.empty() ? m_main : m_branches.try_emplace(branch, m_main).first->second;
}

/// The agent that wrote an event; one that acts again in an invocation is the same.
SpanId AdkSession::agentOf(const JsonView& event)
{
    const std::string author = event["author"].string();
    const std::string branch = event["branch"].string();
    const auto [known, isNew] = m_agents.try_emplace(author + '\n' + branch);
    if (isNew) {
        const auto [agent, isFirst] = m_agentIds.try_emplace(author);
        if (isFirst)
            agent->second = m_builder.addAgent({.name = author});
        known->second = m_steps.add({.kind = SpanKind::Agent,
                                     .name = author,
                                     .origKind = "agent",
                                     .parent = parentOf(branch),
                                     .isParentImplied = true,
                                     .agent = agent->second});
        if (!branch.empty())
            m_byBranch[branch] = known->second;
    }
    if (const auto handoff = m_handoffs.find(author); handoff != m_handoffs.end()) {
        m_builder.addLink(
            {.from = handoff->second, .to = known->second, .kind = LinkKind::Handoff});
        // No answer is needed: the agent that took over is one.
        if (m_builder.columns().status[handoff->second.index()] == SpanStatus::Unknown)
            m_steps.setStatus(handoff->second, SpanStatus::Ok);
        m_handoffs.erase(handoff);
    }
    return known->second;
}

/// The branch `a.b` belongs to the agent b that a started: it stands below a, if a acted itself.
SpanId AdkSession::parentOf(const std::string& branch)
{
    constexpr int kMaxLevels = 32;
    std::string_view above = branch;
    for (int level = 0; level < kMaxLevels; ++level) {
        const std::size_t dot = above.rfind('.');
        if (dot == std::string_view::npos)
            break;
        above = above.substr(0, dot);
        if (const auto known = m_byBranch.find(std::string(above)); known != m_byBranch.end())
            return known->second;
    }
    return m_turn;
}

void AdkSession::addAnswer(const JsonView& event)
{
    const JsonView& content = event["content"];
    const std::string code = event.either("errorCode", "error_code").scalar();
    if (!content.isObject() && code.empty())
        return;
    const std::string author = event["author"].string();
    const std::string model = event.either("modelVersion", "model_version").string();
    const std::string id = event["id"].scalar();
    SpanRecord record {.name = model.empty() ? "model call" : std::string_view(model),
                       .origKind = "event",
                       .origId = id,
                       .end = m_time,
                       .status = SpanStatus::Ok,
                       .respondedModel = model,
                       .usage = tokensOf(event.either("usageMetadata", "usage_metadata")),
                       .raw = {m_source.placeOf(event)}};
    if (m_time && m_lastTime && *m_lastTime <= *m_time) {
        record.start = m_lastTime;
        record.timeSource = TimeSource::Inferred;
    }
    if (const auto first = m_firstPieces.find(author); first != m_firstPieces.end()) {
        record.firstToken = first->second;
        m_firstPieces.erase(first);
    }
    const SpanId call = m_steps.addCall(record);
    if (!code.empty())
        m_steps.fail(
            call,
            {.type = code, .message = event.either("errorMessage", "error_message").string()});
    else if (event["interrupted"].isTrue())
        m_steps.setStatus(call, SpanStatus::Cancelled);
    m_steps.payloads().add(call, m_source.placeOf(event), readEvent);
    if (!content.isObject())
        return;
    m_steps.payloads().addOutput(call, m_source.placeOf(content), readMessages);
    m_steps.say(m_source.placeOf(content), readMessages);
    addCalls(event);
}

void AdkSession::addCalls(const JsonView& event)
{
    for (JsonItems parts(event["content"]["parts"]); parts.next();) {
        if (const JsonView& call = callIn(parts.item()); call.isObject())
            addCall(event, parts.item(), call);
    }
}

void AdkSession::addCall(const JsonView& event, const JsonView& part, const JsonView& call)
{
    const std::string function = call["name"].string();
    const std::string callId = call["id"].scalar();
    const std::string target = targetOf(call);
    const std::string name = target.empty() ? function : "transfer to " + target;
    const SpanId tool = m_steps.addTool({.name = name.empty() ? "tool" : std::string_view(name),
                                         .origKind = function,
                                         .start = m_time,
                                         .toolCallId = callId,
                                         .raw = {m_source.placeOf(part)}});
    if (!target.empty()) {
        m_builder.columns().kind.set(tool.index(), SpanKind::Handoff);
        m_handoffs.insert_or_assign(target, tool);
    }
    if (callId.empty())
        m_waiting[event["branch"].string() + '\n' + function].push_back(tool);
    if (const JsonView& arguments = call["args"]; arguments.isThere())
        m_steps.payloads().add(tool, m_source.placeOf(arguments), readToolArguments);
}

/// The agent that a transfer names; empty where a call is none.
std::string AdkSession::targetOf(const JsonView& call) const
{
    const std::string name = call["name"].string();
    if (name != "transfer_to_agent" && name != "transfer_to_other_agent")
        return {};
    return call["args"].either("agent_name", "agentName").string();
}

bool AdkSession::addResults(const JsonView& event)
{
    bool hasResults = false;
    for (JsonItems parts(event["content"]["parts"]); parts.next();) {
        const JsonView& response = responseIn(parts.item());
        if (!response.isObject())
            continue;
        hasResults = true;
        answer(event, parts.item(), response);
    }
    return hasResults;
}

void AdkSession::answer(const JsonView& event, const JsonView& part, const JsonView& response)
{
    const std::string name = response["name"].string();
    const std::string callId = response["id"].scalar();
    SpanId tool = m_steps.findTool(callId);
    auto& waiting = m_waiting[event["branch"].string() + '\n' + name];
    if (!tool.isValid() && callId.empty() && !waiting.empty()) {
        tool = waiting.front();
        waiting.pop_front();
    }
    if (!tool.isValid())
        tool = m_steps.addTool({.name = name.empty() ? "tool" : std::string_view(name),
                                .origKind = "function_response",
                                .toolCallId = callId});
    const JsonView& value = response["response"];
    const bool isError = value["error"].isThere();
    m_steps.endTool(
        tool, isError ? SpanStatus::Error : SpanStatus::Ok, m_time, m_source.placeOf(part));
    if (isError)
        m_steps.fail(tool, {.type = "tool error", .message = value["error"].scalar()});
    if (value.isThere())
        m_steps.payloads().add(tool, m_source.placeOf(value), readToolResult);
}

/// What an event did besides talking.
void AdkSession::addActions(const JsonView& event)
{
    const JsonView& actions = event[kActions];
    const bool hasContent = event["content"].isObject();
    const std::string id = event["id"].scalar();
    const auto addStep = [&](SpanKind kind, const std::string& name) {
        const SpanId span = m_steps.add({.kind = kind,
                                         .name = name,
                                         .origKind = kActions,
                                         .origId = id,
                                         .start = m_time,
                                         .raw = {m_source.placeOf(event)}});
        m_steps.payloads().add(span, m_source.placeOf(actions), readAs<kActions>);
    };
    std::string keys;
    constexpr std::size_t kMaxKeys = 60;
    for (JsonItems delta(actions.either("stateDelta", "state_delta")); delta.next();) {
        if (keys.size() < kMaxKeys)
            keys += (keys.empty() ? "" : ", ") + std::string(delta.key());
    }
    if (!keys.empty())
        addStep(SpanKind::StateChange, "state: " + titleText(keys));
    if (actions["compaction"].isObject())
        addStep(SpanKind::Compaction, "compaction");
    if (actions["escalate"].isTrue())
        addStep(SpanKind::Event, "escalate");
    const std::string target = actions.either("transferToAgent", "transfer_to_agent").string();
    if (!target.empty() && !hasContent)
        addStep(SpanKind::Handoff, "transfer to " + target);
}

void AdkSession::finish()
{
    for (const std::string& id : m_longRunning) {
        const SpanId tool = m_steps.findTool(id);
        if (tool.isValid() && m_steps.isOpenTool(tool))
            m_steps.setStatus(tool, SpanStatus::Pending);
    }
    m_steps.settleOpenTools();
}

} // namespace tracestore
