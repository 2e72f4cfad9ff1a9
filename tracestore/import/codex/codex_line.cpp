#include "tracestore/import/codex/codex_line.h"

#include "tracestore/base/hash.h"
#include "tracestore/import/codex/codex_outcome.h"
#include "tracestore/import/codex/codex_types.h"
#include "tracestore/import/reading/short_text.h"

#include <algorithm>

namespace tracestore {
namespace {

    using simdjson::dom::element;
    using simdjson::dom::object;

    constexpr std::size_t kMaxErrorText = 2000;

    std::uint64_t hashOf(std::string_view text)
    {
        const std::string_view said = trimmed(text);
        return said.empty() ? 0 : chainedChecksum(1, said);
    }

    /// The texts of a list of parts, or of texts, one after another.
    std::string joinedText(const object& from, const char* key)
    {
        const auto parts = arrayAt(from, key);
        std::string text(textAt(from, key));
        if (!parts)
            return text;
        for (const element part : *parts) {
            const std::string_view more
                = part.is_string() ? part.get_string().value_unsafe() : textMemberOf(part, "text");
            text.append(text.empty() || more.empty() ? "" : "\n").append(more);
        }
        return text;
    }

    /// What the program writes into the user's mouth: the model is sent it, nobody typed it.
    bool isGiven(std::string_view text)
    {
        static constexpr std::string_view kFronts[] = {"<environment_context>",
                                                       "<user_instructions>",
                                                       "<INSTRUCTIONS>",
                                                       "# AGENTS.md instructions",
                                                       "<turn_aborted>",
                                                       "<permissions instructions>",
                                                       "<collaboration_mode>",
                                                       "<skill>",
                                                       "<subagent_notification>",
                                                       "<user_shell_command>"};
        const std::string_view own = trimmed(text);
        return std::ranges::any_of(kFronts,
                                   [&](std::string_view front) { return own.starts_with(front); });
    }

    std::optional<TokenUsage> usageAt(const object& in, const char* key)
    {
        const auto counts = objectAt(in, key);
        if (!counts)
            return std::nullopt;
        return usageOf({.input = numberAt(*counts, "input_tokens"),
                        .cacheRead = numberAt(*counts, "cached_input_tokens"),
                        .cacheWrite = numberAt(*counts, "cache_write_input_tokens"),
                        .output = numberAt(*counts, "output_tokens"),
                        .reasoning = numberAt(*counts, "reasoning_output_tokens"),
                        .total = numberAt(*counts, "total_tokens"),
                        .isInputWithCache = true,
                        .isOutputWithReasoning = true});
    }

    std::optional<Duration> millisecondsAt(const object& in, const char* key)
    {
        const auto value = numberAt(in, key);
        if (!value || *value <= 0 || *value > 1'000'000'000'000)
            return std::nullopt;
        return Duration {*value * 1'000'000};
    }

    std::string errorText(const object& payload)
    {
        const object error = objectAt(payload, "error").value_or(payload);
        std::string_view text = textAt(error, "message");
        if (text.empty())
            text = textAt(payload, "error");
        return std::string(cutAtCharacter(trimmed(text), kMaxErrorText));
    }

    /// Reads one record into a line.
    class LineReader
    {
    public:
        LineReader(CodexLine& line, TraceBuilder& pool)
            : m_line(line)
            , m_pool(pool)
        { }

        void read(const object& record)
        {
            const std::string_view envelope = textAt(record, "type");
            const auto payload = objectAt(record, "payload");
            if (payload && envelope == "event_msg")
                readEvent(*payload);
            else if (payload && envelope == "response_item")
                readItem(*payload);
            else if (payload)
                readEnvelope(envelope, *payload);
            else if (findCodexType(CodexWords::ExecEvents, envelope) != nullptr
                     || objectAt(record, "item"))
                readExec(record, envelope);
            else if (!envelope.empty())
                readItem(record);
            else if (!textAt(record, "record_type").empty())
                m_line.record = CodexRecord::Aside;
            else if (!record["id"].error() && !record["timestamp"].error())
                m_line.record = CodexRecord::Meta;
        }

    private:
        void readEnvelope(std::string_view type, const object& payload)
        {
            take(findCodexType(CodexWords::Envelopes, type), type);
            m_line.model = m_pool.intern(textAt(payload, "model"));
            m_line.id = m_pool.intern(textAt(payload, "turn_id"));
            if (m_line.record == CodexRecord::AgentTalk)
                readTalk(payload);
        }

        void take(const CodexType* known, std::string_view type)
        {
            m_line.type = m_pool.intern(type);
            if (known == nullptr)
                return;
            m_line.record = known->record;
            m_line.momentKind = known->momentKind;
        }

        void readItem(const object& item)
        {
            const std::string_view type = textAt(item, "type");
            take(findCodexType(CodexWords::Items, type), type);
            m_line.id = m_pool.intern(textAt(item, "id"));
            if (type == "message")
                readMessage(item);
            switch (m_line.record) {
            case CodexRecord::ReasoningItem:
                m_line.textHash = hashOf(joinedText(item, "summary"));
                break;
            case CodexRecord::CallItem:
                readCall(item, type);
                break;
            case CodexRecord::OutputItem:
                readOutput(item, type);
                break;
            case CodexRecord::AgentTalk:
                readTalk(item);
                break;
            default:
                break;
            }
        }

        void readMessage(const object& item)
        {
            const std::string_view role = textAt(item, "role");
            const std::string text = joinedText(item, "content");
            m_line.textHash = hashOf(text);
            if (role == "assistant") {
                m_line.record = CodexRecord::AnswerItem;
                return;
            }
            const bool isTyped = role == "user" && !isGiven(text);
            m_line.record = isTyped ? CodexRecord::UserItem : CodexRecord::GivenItem;
            m_line.text = m_pool.intern(shortened(text));
        }

        void readTalk(const object& item)
        {
            const std::string from(textAt(item, "author"));
            const std::string to(textAt(item, "recipient"));
            m_line.text = m_pool.intern(shortened(from + " \u2192 " + to));
        }

        void readCall(const object& item, std::string_view type)
        {
            m_line.name = m_pool.intern(codexToolName(item, type));
            readCallId(item);
            const std::string_view status = textAt(item, "status");
            // These have no output of their own.
            if (type == "web_search_call" || type == "image_generation_call"
                || type == "local_shell_call")
                m_line.status = status == "failed" ? SpanStatus::Error : SpanStatus::Ok;
        }

        void readCallId(const object& from)
        {
            for (const char* key : {"call_id", "callId", "id"}) {
                if (const std::string_view id = textAt(from, key); !id.empty()) {
                    m_line.callId = m_pool.intern(id);
                    return;
                }
            }
        }

        void readOutput(const object& item, std::string_view type)
        {
            m_line.name = m_pool.intern(textAt(item, "name"));
            m_line.callId = m_pool.intern(textAt(item, "call_id"));
            element output;
            if (!item[type == "tool_result" ? "result" : "output"].get(output))
                take(outcomeOfOutput(output));
            else
                m_line.status = SpanStatus::Ok;
        }

        void take(const CodexOutcome& outcome)
        {
            m_line.status = outcome.status;
            m_line.duration = outcome.duration;
            m_line.thread = m_pool.intern(outcome.thread);
            m_line.text = m_pool.intern(outcome.error);
        }

        void readEvent(const object& event)
        {
            const std::string_view type = textAt(event, "type");
            const auto item = objectAt(event, "item");
            if (type == "item_completed" && item) {
                const std::string_view itemType = textAt(*item, "type");
                take(findCodexType(CodexWords::CompletedItems, itemType), itemType);
                readEventDetails(*item, itemType);
                return;
            }
            take(findCodexType(CodexWords::Events, type), type);
            readEventDetails(event, type);
        }

        void readExec(const object& record, std::string_view type)
        {
            const auto item = objectAt(record, "item");
            if (!item) {
                take(findCodexType(CodexWords::ExecEvents, type), type);
                readEventDetails(record, type);
                return;
            }
            const std::string_view itemType = textAt(*item, "type");
            take(findCodexType(CodexWords::ExecItems, itemType), itemType);
            const bool isDone = type == "item.completed";
            if (m_line.record == CodexRecord::CallEnd && !isDone)
                m_line.record = CodexRecord::CallBegin;
            else if (!isDone && m_line.record != CodexRecord::Moment)
                m_line.record = CodexRecord::Aside; // its completed record repeats it
            readEventDetails(*item, itemType);
        }

        void readEventDetails(const object& event, std::string_view type)
        {
            switch (m_line.record) {
            case CodexRecord::UserEvent:
            case CodexRecord::AnswerEvent:
            case CodexRecord::ReasoningEvent:
                readSaid(event);
                break;
            case CodexRecord::CallBegin:
            case CodexRecord::CallEnd:
                m_line.name = m_pool.intern(codexToolName(event, type));
                readCallId(event);
                take(outcomeOfEvent(event));
                break;
            case CodexRecord::Tokens:
                readTokens(event);
                break;
            case CodexRecord::TurnBegin:
            case CodexRecord::TurnEnd:
            case CodexRecord::TurnAborted:
                readTurn(event);
                break;
            case CodexRecord::RolledBack:
                m_line.turns = numberAt(event, "num_turns").value_or(1);
                break;
            case CodexRecord::Failure:
                m_line.text = m_pool.intern(errorText(event));
                if (const auto error = objectAt(event, "error"))
                    m_line.name = m_pool.intern(textAt(*error, "kind"));
                break;
            case CodexRecord::Title:
                m_line.text
                    = m_pool.intern(shortened(textAt(event, "thread_name"), kMaxSessionTitle));
                break;
            case CodexRecord::Moment:
                readMoment(event, type);
                break;
            default:
                break;
            }
        }

        void readSaid(const object& event)
        {
            std::string text(textAt(event, "message"));
            for (const char* key : {"text", "content", "summary_text"}) {
                if (text.empty())
                    text = joinedText(event, key);
            }
            m_line.textHash = hashOf(text);
            if (m_line.record != CodexRecord::UserEvent)
                return;
            m_line.text = m_pool.intern(shortened(text));
            if (isGiven(text))
                m_line.record = CodexRecord::Aside;
        }

        void readTokens(const object& event)
        {
            const auto info = objectAt(event, "info");
            if (!info) { // limits of the account only
                m_line.record = CodexRecord::Aside;
                return;
            }
            m_line.model = m_pool.intern(textAt(*info, "model"));
            m_line.usage = usageAt(*info, "last_token_usage");
            m_line.sum = usageAt(*info, "total_token_usage");
            if (!m_line.usage && !m_line.sum)
                m_line.usage = usageOf({.input = numberAt(*info, "prompt"),
                                        .cacheRead = {},
                                        .cacheWrite = {},
                                        .output = numberAt(*info, "completion"),
                                        .reasoning = {},
                                        .total = {},
                                        .isInputWithCache = true,
                                        .isOutputWithReasoning = true});
        }

        void readTurn(const object& event)
        {
            m_line.id = m_pool.intern(textAt(event, "turn_id"));
            m_line.duration = millisecondsAt(event, "duration_ms");
            m_line.toFirstToken = millisecondsAt(event, "time_to_first_token_ms");
            m_line.usage = usageAt(event, "usage");
            if (!event["error"].error() && !event["error"].is_null()) {
                m_line.text = m_pool.intern(errorText(event));
                m_line.status = SpanStatus::Error;
            }
        }

        void readMoment(const object& event, std::string_view type)
        {
            std::string words(m_line.momentKind == SpanKind::Plan ? "plan" : type);
            std::ranges::replace(words, '_', ' ');
            for (const char* key : {"user_facing_hint", "message", "status"}) {
                if (const std::string_view more = textAt(event, key); !more.empty()) {
                    words += ": " + std::string(more);
                    break;
                }
            }
            m_line.text = m_pool.intern(shortened(words));
        }

        CodexLine& m_line;
        TraceBuilder& m_pool;
    };

    /// A record without its time, by which a copy of it is known.
    std::uint64_t contentHashOf(std::string_view text)
    {
        const std::size_t at = text.find("\"payload\":");
        return chainedChecksum(1, at == std::string_view::npos ? text : text.substr(at));
    }

} // namespace

object codexPayload(const object& record)
{
    return objectAt(record, "payload").value_or(record);
}

bool isCodexRecord(const object& record)
{
    const std::string_view type = textAt(record, "type");
    if (objectAt(record, "payload"))
        return findCodexType(CodexWords::Envelopes, type) != nullptr || type == "response_item"
            || type == "event_msg";
    if (findCodexType(CodexWords::ExecEvents, type) != nullptr && type != "error")
        return type != "thread.started" || record["thread_id"].is_string();
    if (const auto item = objectAt(record, "item"); item && type.starts_with("item."))
        return findCodexType(CodexWords::ExecItems, textAt(*item, "type")) != nullptr
            && (*item)["id"].is_string();
    if (!textAt(record, "record_type").empty())
        return textAt(record, "record_type") == "state";
    if (type.empty()) // the first line of the older shape
        return record["id"].is_string() && record["timestamp"].is_string()
            && (!record["instructions"].error() || !record["git"].error());
    return (type == "function_call" || type == "function_call_output")
        && record["call_id"].is_string();
}

CodexLine readCodexLine(const RecordLine& from, TraceBuilder& pool)
{
    CodexLine line;
    line.place = from.place;
    line.number = from.number;
    line.time = timeAt(from.object, "timestamp");
    line.contentHash = contentHashOf(from.text);
    LineReader(line, pool).read(from.object);
    return line;
}

} // namespace tracestore
