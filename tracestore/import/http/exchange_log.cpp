#include "tracestore/import/http/exchange_log.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/http/provider_usage.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/short_text.h"

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    std::string firstTextOf(const std::vector<Message>& messages, Role role)
    {
        for (const Message& message : messages) {
            if (message.role != role)
                continue;
            if (std::string line = shortened(plainText(message), kMaxSessionTitle); !line.empty())
                return line;
        }
        return {};
    }

    /// What the user said last, where nothing came after it.
    std::string lastPromptOf(const std::vector<Message>& messages)
    {
        if (messages.empty() || messages.back().role != Role::User)
            return {};
        const auto isResult
            = [](const MessagePart& part) { return std::holds_alternative<ToolResultPart>(part); };
        if (std::ranges::any_of(messages.back().parts, isResult))
            return {};
        return shortened(plainText(messages.back()));
    }

    std::size_t combined(std::size_t hash, const Message& message)
    {
        constexpr std::size_t kGolden = 0x9E3779B97F4A7C15U;
        return hash
            ^ (std::hash<std::string>()(toJson(message)) + kGolden + (hash << 6U) + (hash >> 2U));
    }

    /// The tool call in which an Anthropic tool call was made.
    std::string callerOf(const Exchange& exchange, const std::string& callId)
    {
        const json* content = memberOf(exchange.answer, "content");
        if (exchange.api != ModelApi::Anthropic || content == nullptr || !content->is_array())
            return {};
        for (const json& block : *content) {
            const json* caller = memberOf(block, "caller");
            if (caller != nullptr && plainTextOf(block, {"id"}) == callId)
                return plainTextOf(*caller, {"tool_id"});
        }
        return {};
    }

} // namespace

ExchangeLog::ExchangeLog(TraceBuilder& builder, ExchangePayloads& payloads)
    : m_builder(builder)
    , m_payloads(payloads)
{ }

void ExchangeLog::add(const Exchange& exchange, const std::vector<ExchangePart>& parts)
{
    const std::vector<Message> request = requestMessages(exchange);
    const std::vector<Message> answer = answerMessages(exchange);
    Entry entry = entryOf(exchange, request, answer);
    entry.exchange = m_payloads.addExchange(parts);
    for (const ExchangePart& part : parts)
        entry.raw.push_back(part.place);
    const std::size_t at = conversationOf(exchange, entry, request, parts.front().place.file);
    remember(at, exchange, entry, request);
    Conversation& conversation = m_conversations[at];
    if (conversation.title.empty())
        conversation.title = firstTextOf(request, Role::User);
    if (conversation.title.empty())
        conversation.title = firstTextOf(answer, Role::Assistant);
    if (conversation.title.empty() && !entry.calls.empty())
        conversation.title = entry.calls.front().name;
    conversation.entries.push_back(std::move(entry));
}

ExchangeLog::Entry ExchangeLog::entryOf(const Exchange& exchange,
                                        const std::vector<Message>& request,
                                        const std::vector<Message>& answer) const
{
    Entry entry;
    entry.url = exchange.url;
    entry.client = exchange.client;
    entry.provider = exchange.provider;
    if (entry.provider.empty() && exchange.api)
        entry.provider = providerOf(*exchange.api);
    entry.requestedModel = plainTextOf(exchange.request, {"model"});
    entry.answer = answerFacts(exchange);
    entry.usage = exchange.usage;
    if (!entry.usage && exchange.api)
        entry.usage = usageOf(*exchange.api, exchange.answer);
    entry.cost = exchange.cost;
    entry.start = exchange.start;
    entry.end = exchange.end;
    entry.firstToken = exchange.firstToken;
    if (entry.start || entry.end)
        entry.timeSource = exchange.areTimesMeasured ? TimeSource::Exact : TimeSource::Line;
    else if ((entry.start = entry.answer.created))
        entry.timeSource = TimeSource::Inferred; // full seconds, by the provider's clock
    for (ToolCallPart& call : callsIn(answer))
        entry.calls.push_back({.id = call.id,
                               .name = call.name,
                               .callerId = callerOf(exchange, call.id),
                               .isBroken = !call.arguments.empty() && !parseJson(call.arguments)});
    for (ToolResultPart& result : resultsIn(answer))
        entry.answerResults.push_back({std::move(result.callId), result.isError});
    for (ToolResultPart& result : resultsIn(request))
        entry.requestResults.push_back({std::move(result.callId), result.isError});
    entry.prompt = lastPromptOf(request);
    return entry;
}

std::size_t ExchangeLog::conversationNamed(std::string key)
{
    const auto [at, isNew] = m_byKey.try_emplace(key, m_conversations.size());
    if (isNew)
        m_conversations.push_back({.key = std::move(key)});
    return at->second;
}

std::size_t ExchangeLog::conversationOf(const Exchange& exchange,
                                        const Entry& entry,
                                        const std::vector<Message>& request,
                                        FileId file)
{
    if (!exchange.sessionKey.empty())
        return conversationNamed(exchange.sessionKey);
    for (auto result = entry.requestResults.rbegin(); result != entry.requestResults.rend();
         ++result) {
        if (const auto known = m_byCall.find(result->key); known != m_byCall.end())
            return known->second;
    }
    const std::string before
        = plainTextOf(exchange.request, {"previous_response_id", "conversation"});
    if (const auto known = m_byCall.find(before); !before.empty() && known != m_byCall.end())
        return known->second;
    if (request.empty())
        return conversationNamed("file " + std::to_string(file.value));
    // The longest list of messages that was sent before and with which this one begins.
    std::optional<std::size_t> found;
    std::size_t hash = 0;
    for (std::size_t i = 0; i + 1 < request.size(); ++i) {
        hash = combined(hash, request[i]);
        if (const auto known = m_byMessages.find(hash); known != m_byMessages.end())
            found = known->second;
    }
    return found ? *found : conversationNamed("call " + std::to_string(m_conversations.size() + 1));
}

void ExchangeLog::remember(std::size_t conversation,
                           const Exchange& exchange,
                           const Entry& entry,
                           const std::vector<Message>& request)
{
    for (const Call& call : entry.calls) {
        if (!call.id.empty())
            m_byCall[call.id] = conversation;
    }
    if (exchange.api == ModelApi::OpenAiResponses && !entry.answer.id.empty())
        m_byCall[entry.answer.id] = conversation;
    std::size_t hash = 0;
    for (const Message& message : request)
        hash = combined(hash, message);
    if (!request.empty())
        m_byMessages[hash] = conversation;
}

void ExchangeLog::finish()
{
    for (const Conversation& conversation : m_conversations)
        addConversation(conversation);
    m_conversations.clear();
}

/// Each request repeats the results so far, so the first that holds one is the one that brought it.
/// Results that name only the tool are told apart by counting.
ExchangeLog::Results ExchangeLog::resultsOf(const Conversation& conversation)
{
    Results found;
    for (const Entry& entry : conversation.entries) {
        for (const bool isInAnswer : {false, true}) {
            std::unordered_map<std::string, std::size_t> count;
            const auto& results = isInAnswer ? entry.answerResults : entry.requestResults;
            for (std::size_t i = 0; i < results.size(); ++i)
                found.try_emplace({results[i].key, count[results[i].key]++},
                                  Found {.exchange = entry.exchange,
                                         .number = static_cast<std::uint32_t>(i),
                                         .isInAnswer = isInAnswer,
                                         .isError = results[i].isError,
                                         .time = isInAnswer ? std::nullopt : entry.start});
        }
    }
    return found;
}

void ExchangeLog::addConversation(const Conversation& conversation)
{
    m_results = resultsOf(conversation);
    m_callCount.clear();
    m_callSpans.clear();
    const Entry& first = conversation.entries.front();
    const SessionId session = m_builder.addSession(
        {.key = conversation.key, .title = conversation.title, .producerName = first.client});
    const auto addHolder = [&](SpanKind kind, std::string_view name, SpanId parent) {
        const SpanId span = m_builder.addSpan({.session = session,
                                               .kind = kind,
                                               .name = name,
                                               .parent = parent,
                                               .isParentImplied = parent.isValid()});
        m_payloads.addPlainStep();
        return span;
    };
    SpanId root;
    if (conversation.entries.size() > 1 || !first.calls.empty())
        root = addHolder(SpanKind::Session, conversation.title, {});
    const auto prompts = std::ranges::count_if(
        conversation.entries, [](const Entry& entry) { return !entry.prompt.empty(); });
    SpanId parent = root;
    for (const Entry& entry : conversation.entries) {
        if (prompts > 1 && !entry.prompt.empty())
            parent = addHolder(SpanKind::Turn, entry.prompt, root);
        addAnswer(entry, session, parent);
        addCalls(entry, session, parent);
    }
    m_builder.report().addMapped(conversation.entries.size());
}

SpanId ExchangeLog::addAnswer(const Entry& entry, SessionId session, SpanId parent)
{
    const std::string& model
        = entry.answer.model.empty() ? entry.requestedModel : entry.answer.model;
    SpanRecord record {.session = session,
                       .kind = SpanKind::Llm,
                       .name = model.empty() ? std::string_view("model") : model,
                       .origId = entry.answer.id,
                       .parent = parent,
                       .isParentImplied = parent.isValid(),
                       .start = entry.start,
                       .end = entry.end,
                       .firstToken = entry.firstToken,
                       .timeSource = entry.timeSource,
                       .status = entry.answer.status,
                       .error = entry.answer.error,
                       .requestedModel = entry.requestedModel,
                       .respondedModel = entry.answer.model,
                       .provider = entry.provider,
                       .responseId = entry.answer.id,
                       .usage = entry.usage,
                       .cost = entry.cost,
                       .raw = entry.raw};
    const SpanId span = m_builder.addSpan(record);
    m_payloads.addModelStep(entry.exchange);
    return span;
}

void ExchangeLog::addCalls(const Entry& entry, SessionId session, SpanId parent)
{
    for (std::size_t i = 0; i < entry.calls.size(); ++i) {
        const Call& call = entry.calls[i];
        const std::string& key = call.id.empty() ? call.name : call.id;
        const auto result = m_results.find({key, m_callCount[key]++});
        const Found found = result == m_results.end() ? Found() : result->second;
        const bool hasResult = found.exchange != ExchangePayloads::kNone;
        SpanRecord record {.session = session,
                           .kind = SpanKind::Tool,
                           .name = call.name.empty() ? std::string_view("tool") : call.name,
                           .parent = parent,
                           .isParentImplied = parent.isValid(),
                           .toolCallId = call.id,
                           .raw = entry.raw};
        // The caller ran it between the answer and the request that brings the result.
        if (hasResult && entry.end && found.time && *found.time >= *entry.end) {
            record.start = entry.end;
            record.end = found.time;
            record.timeSource = TimeSource::Inferred;
        }
        if (hasResult)
            record.status = found.isError ? SpanStatus::Error : SpanStatus::Ok;
        const SpanId span = m_builder.addSpan(record);
        m_payloads.addToolStep({.exchange = entry.exchange,
                                .call = static_cast<std::uint32_t>(i),
                                .resultExchange = found.exchange,
                                .result = found.number,
                                .isResultInAnswer = found.isInAnswer});
        if (call.isBroken)
            m_builder.report().add({.severity = ReportSeverity::Guessed,
                                    .file = entry.raw.front().file.value,
                                    .offset = entry.raw.front().offset,
                                    .message = "The arguments of a tool call are not JSON; they "
                                               "are shown as they came."});
        if (const auto caller = m_callSpans.find(call.callerId);
            !call.callerId.empty() && caller != m_callSpans.end())
            m_builder.addLink({.from = span, .to = caller->second, .kind = LinkKind::Caller});
        if (!call.id.empty())
            m_callSpans[call.id] = span;
    }
}

} // namespace tracestore
