#include "tracestore/import/chat/chat_message.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/messages/message_part_json.h"
#include "tracestore/import/reading/json_members.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::size_t kMaxMessage = 300;

    template<class Part>
    const Part* firstPart(const Message& message)
    {
        for (const MessagePart& part : message.parts) {
            if (const auto* found = std::get_if<Part>(&part))
                return found;
        }
        return nullptr;
    }

    Result<void> readPartArguments(const json& piece, SpanDetail& to)
    {
        to.toolArguments = std::get<ToolCallPart>(toolCallPartOf(piece)).arguments;
        return {};
    }

    Result<void> readMessageArguments(const json& piece, SpanDetail& to)
    {
        const Message message = messageOf(piece, Role::Assistant);
        if (const auto* call = firstPart<ToolCallPart>(message))
            to.toolArguments = call->arguments;
        return {};
    }

    Result<void> readPartResult(const json& piece, SpanDetail& to)
    {
        if (const json* content = memberOf(piece, "content"))
            return readToolResult(*content, to);
        to.toolResult = std::get<ToolResultPart>(toolResultPartOf(piece)).content;
        return {};
    }

    Result<void> readMessageResult(const json& piece, SpanDetail& to)
    {
        Message message = messageOf(piece, Role::Tool);
        const auto* result = firstPart<ToolResultPart>(message);
        to.toolResult = result != nullptr ? result->content : plainText(message);
        std::erase_if(message.parts, [](const MessagePart& part) {
            return !std::holds_alternative<MediaPart>(part);
        });
        if (!message.parts.empty()) {
            to.output.push_back(std::move(message));
            to.outputState = ContentState::Full;
        }
        return {};
    }

    /// How the source marks a result as failed: Anthropic's flag, the status of LangChain, the
    /// error beside the content that others write.
    std::optional<SpanError> markedError(const json& value, const std::string& content)
    {
        const json* error = memberOf(value, "error");
        const bool isFailed = flagOf(value, "is_error") || flagOf(value, "isError")
            || plainTextOf(value, {"status"}) == "error";
        if (!isFailed && (error == nullptr || (error->is_boolean() && !error->get<bool>())))
            return {};
        if (error == nullptr || !error->is_object())
            return SpanError {
                .message
                = titleLine(error != nullptr && error->is_string() ? plainTextOf(error) : content,
                            kMaxMessage)};
        return SpanError {.type = plainTextOf(*error, {"type", "name"}),
                          .message
                          = titleLine(plainTextOf(*error, {"message", "detail"}), kMaxMessage)};
    }

    void judge(ChatResult& result, const json& value, const std::string& content)
    {
        result.error = markedError(value, content);
        if (result.error || !looksLikeToolError(content))
            return;
        result.error = SpanError {.message = titleLine(content, kMaxMessage)};
        result.isErrorGuessed = true;
    }

    /// Calls and results that are parts of the content.
    void addContentParts(const PlacedJson& content, ChatMessage& to)
    {
        for (const PlacedJson& element : elementsOf(content)) {
            const auto value = parseJson(element.text);
            if (!value)
                continue;
            const MessagePart part = partOf(*value);
            if (const auto* call = std::get_if<ToolCallPart>(&part)) {
                to.calls.push_back({call->id, call->name, element.place, readPartArguments});
            } else if (const auto* given = std::get_if<ToolResultPart>(&part)) {
                ChatResult result {.callId = given->callId,
                                   .toolName = plainTextOf(*value, {"name", "toolName"}),
                                   .place = element.place,
                                   .read = readPartResult};
                judge(result, *value, given->content);
                to.results.push_back(std::move(result));
            }
        }
    }

    void addCall(const PlacedJson& place, ChatMessage& to)
    {
        const auto value = parseJson(place.text);
        if (!value || !value->is_object())
            return;
        const MessagePart part = toolCallPartOf(*value);
        const auto& call = std::get<ToolCallPart>(part);
        to.calls.push_back({call.id, call.name, place.place, readPartArguments});
    }

    void addCalls(const PlacedJson& message, ChatMessage& to)
    {
        const JsonRecord record = recordOf(message);
        for (const JsonRecord::Member& member : record.members) {
            if (member.key == "content" || member.key == "parts") {
                addContentParts(member.value, to);
            } else if (member.key == "tool_calls" || member.key == "toolCalls") {
                for (const PlacedJson& call : elementsOf(member.value))
                    addCall(call, to);
            } else if (member.key == "function_call") {
                addCall(member.value, to);
            }
        }
    }

    /// The whole message is the result of a tool, or (where roles are words for it) its call.
    void addWholeMessage(const json& value, const Message& message, ChatMessage& to)
    {
        if (const auto* call = firstPart<ToolCallPart>(message);
            call != nullptr && to.calls.empty())
            to.calls.push_back({call->id, call->name, to.place, readMessageArguments});
        if (message.role != Role::Tool || !to.results.empty())
            return;
        const auto* given = firstPart<ToolResultPart>(message);
        ChatResult result {.callId = plainTextOf(value, {"tool_call_id", "call_id"}),
                           .toolName = message.name,
                           .place = to.place,
                           .read = readMessageResult};
        if (result.toolName.empty())
            result.toolName = plainTextOf(value, {"function"});
        judge(result, value, given != nullptr ? given->content : plainText(message));
        to.results.push_back(std::move(result));
    }

} // namespace

Result<ChatMessage> chatMessageOf(const PlacedJson& source)
{
    const auto value = parseJson(source.text);
    if (!value)
        return fail(value.error());
    const Message message = messageOf(*value, Role::Other);
    ChatMessage chat {.role = message.role,
                      .word = plainTextOf(*value, {"role", "from", "type"}),
                      .name = message.name,
                      .title = titleLine(plainText(message)),
                      .isEmpty = message.parts.empty(),
                      .place = source.place};
    addCalls(source, chat);
    addWholeMessage(*value, message, chat);
    return chat;
}

ChatResult wholeMessageResult(const PlacedJson& source)
{
    ChatResult result {.place = source.place, .read = readMessageResult};
    if (const auto value = parseJson(source.text)) {
        const Message message = messageOf(*value, Role::Tool);
        const auto* given = firstPart<ToolResultPart>(message);
        judge(result, *value, given != nullptr ? given->content : plainText(message));
    }
    return result;
}

bool looksLikeToolError(std::string_view text)
{
    constexpr std::string_view kBeginnings[] = {"Error:",
                                                "ERROR:",
                                                "error:",
                                                "Error executing",
                                                "Error occurred",
                                                "Exception:",
                                                "Traceback (most recent call last)"};
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const std::string_view own = first == std::string_view::npos ? "" : text.substr(first);
    constexpr std::string_view kObject = "{\"error\":";
    if (own.starts_with(kObject)) {
        const std::size_t value = own.find_first_not_of(' ', kObject.size());
        const std::string_view error = own.substr(std::min(value, own.size()));
        return !error.starts_with("null") && !error.starts_with("false")
            && !error.starts_with("\"\"");
    }
    return std::ranges::any_of(
        kBeginnings, [&](std::string_view beginning) { return own.starts_with(beginning); });
}

std::string titleLine(std::string_view text, std::size_t bytes)
{
    constexpr std::string_view kBlank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos)
        return {};
    std::string_view line = text.substr(first);
    line = line.substr(0, line.find_first_of("\r\n"));
    line = line.substr(0, line.find_last_not_of(kBlank) + 1);
    if (line.size() <= bytes)
        return std::string(line);
    std::size_t end = bytes - 3; // of the ellipsis
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80)
        --end;
    return std::string(line.substr(0, end)) + "\u2026";
}

} // namespace tracestore
