#include "tracestore/import/messages/message_part_json.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/reading/json_members.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    MessagePart otherPart(const json& value)
    {
        return OtherPart {plainTextOf(value, {"type"}), toJsonText(value)};
    }

    MessagePart textPart(const json& value)
    {
        const json* text = anyMemberOf(value, {"text", "content", "refusal"});
        return text != nullptr && text->is_string()
            ? MessagePart(TextPart {text->get<std::string>()})
            : otherPart(value);
    }

    std::string linesOf(const json& parts)
    {
        std::string lines;
        for (const json& part : parts)
            lines += (lines.empty() ? "" : "\n") + plainTextOf(part, {"text"});
        return lines;
    }

    MessagePart reasoningPart(const json& value)
    {
        // What the provider wants back to go on from where it was.
        ReasoningPart part {.signature = plainTextOf(value, {"signature", "encrypted_content"})};
        if (part.signature.empty() && plainTextOf(value, {"type"}) == "redacted_thinking")
            part.signature = plainTextOf(value, {"data"});
        const json* content = memberOf(value, "content");
        part.text = content != nullptr && content->is_array()
            ? linesOf(*content)
            : plainTextOf(value, {"text", "content", "thinking", "reasoning"});
        if (const json* summary = memberOf(value, "summary");
            summary != nullptr && part.text.empty())
            part.text = linesOf(*summary);
        part.isEncrypted
            = part.text.empty() && anyMemberOf(value, {"data", "encrypted_content", "signature"});
        if (flagOf(value, "redacted")) { // Inspect puts the cipher in the place of the text
            part.isEncrypted = true;
            part.text = plainTextOf(value, {"summary"});
        }
        return part;
    }

    MessagePart toolCallPart(const json& value)
    {
        if (const json* inner = memberOf(value, "tool_call")) // OpenInference
            return toolCallPart(*inner);
        const json* function = memberOf(value, "function");
        const json& call = function != nullptr && function->is_object() ? *function : value;
        ToolCallPart part {
            .id = plainTextOf(value, {"call_id", "toolCallId", "tool_call_id", "id"}),
            .name = plainTextOf(call, {"name", "toolName", "function_name", "function"}),
            .arguments
            = plainTextOf(call, {"arguments", "input", "args", "server_tool_call", "action"})};
        if (part.arguments.empty() && function != nullptr)
            part.arguments = plainTextOf(value, {"arguments"});
        return part;
    }

    /// A call, or a tool that is offered: both have this type.
    MessagePart functionPart(const json& value)
    {
        const json* function = memberOf(value, "function");
        const bool isOffered = function != nullptr && memberOf(*function, "parameters")
            && !memberOf(*function, "arguments");
        return isOffered ? otherPart(value) : toolCallPart(value);
    }

    /// A call of a tool that the provider has built in (OpenAI responses): the type is its name,
    /// unless it is a tool of a server.
    MessagePart builtInCallPart(const json& value)
    {
        constexpr std::string_view kSuffix = "_call";
        std::string name = plainTextOf(value, {"name"});
        if (name.empty()) {
            name = plainTextOf(value, {"type"});
            if (name.ends_with(kSuffix))
                name.resize(name.size() - kSuffix.size());
        }
        return ToolCallPart {
            .id = plainTextOf(value, {"call_id", "id"}),
            .name = std::move(name),
            .arguments
            = plainTextOf(value, {"arguments", "input", "action", "operation", "code", "queries"})};
    }

    /// Vercel AI says beside a result whether it is a text or JSON.
    const json* withoutWrapper(const json* result)
    {
        if (result == nullptr || result->size() != 2 || !memberOf(*result, "type"))
            return result;
        const json* value = memberOf(*result, "value");
        return value == nullptr ? result : value;
    }

    MessagePart toolResultPart(const json& value)
    {
        return ToolResultPart {
            .callId
            = plainTextOf(value, {"tool_use_id", "call_id", "toolCallId", "tool_call_id", "id"}),
            .content = plainTextOf(withoutWrapper(anyMemberOf(value,
                                                              {"response",
                                                               "result",
                                                               "content",
                                                               "output",
                                                               "tools",
                                                               "server_tool_call_response"}))),
            .isError = flagOf(value, "is_error") || flagOf(value, "isError")};
    }

    MessagePart geminiCallPart(const json& value)
    {
        const json& call = *anyMemberOf(value, {"functionCall", "function_call"});
        return ToolCallPart {
            plainTextOf(call, {"id"}), plainTextOf(call, {"name"}), plainTextOf(call, {"args"})};
    }

    MessagePart geminiResultPart(const json& value)
    {
        const json& result = *anyMemberOf(value, {"functionResponse", "function_response"});
        return ToolResultPart {.callId = plainTextOf(result, {"id", "name"}),
                               .content = plainTextOf(result, {"response"})};
    }

    /// `data:image/png;base64,AAAA` as type and data; anything else is a reference.
    MediaPart mediaOf(std::string address, std::string mimeType)
    {
        constexpr std::string_view kBase64 = ";base64,";
        const std::size_t mark = address.find(kBase64);
        if (!address.starts_with("data:") || mark == std::string::npos)
            return {.mimeType = std::move(mimeType), .reference = std::move(address)};
        return {.mimeType = address.substr(5, mark - 5),
                .data = address.substr(mark + kBase64.size())};
    }

    MessagePart mediaPart(const json& value)
    {
        std::string mime
            = plainTextOf(value, {"mime_type", "mimeType", "mediaType", "media_type", "mime"});
        for (const std::string_view holder : {"image_url",
                                              "image",
                                              "source",
                                              "inlineData",
                                              "inline_data",
                                              "fileData",
                                              "file",
                                              "input_audio"}) {
            if (const json* inner = memberOf(value, holder);
                inner != nullptr && inner->is_object()) {
                return mediaPart(*inner);
            }
        }
        if (const json* address = anyMemberOf(value,
                                              {"url",
                                               "uri",
                                               "fileUri",
                                               "image_url",
                                               "image",
                                               "audio",
                                               "video",
                                               "document",
                                               "path"}))
            return mediaOf(plainTextOf(address), std::move(mime));
        if (const json* data = anyMemberOf(value, {"data", "content", "file_data"}))
            return plainTextOf(data).starts_with("data:")
                ? mediaOf(plainTextOf(data), std::move(mime))
                : MediaPart {.mimeType = mime, .data = plainTextOf(data)};
        if (const json* id = anyMemberOf(value, {"file_id", "fileId", "id"}))
            return MediaPart {.mimeType = mime, .reference = plainTextOf(id)};
        return otherPart(value);
    }

    struct PartReader
    {
        std::string_view type;
        MessagePart (*read)(const json&);
    };

    constexpr PartReader kPartReaders[] = {
        {"text", textPart},
        {"input_text", textPart},
        {"output_text", textPart},
        {"refusal", textPart},
        {"reasoning", reasoningPart},
        {"thinking", reasoningPart},
        {"redacted_thinking", reasoningPart},
        {"tool_call", toolCallPart},
        {"tool-call", toolCallPart},
        {"toolCall", toolCallPart},
        {"tool_use", toolCallPart},
        {"server_tool_use", toolCallPart},
        {"server_tool_call", toolCallPart},
        {"function", functionPart},
        {"function_call", toolCallPart},
        {"custom_tool_call", toolCallPart},
        {"mcp_tool_use", toolCallPart},
        {"mcp_call", builtInCallPart},
        {"web_search_call", builtInCallPart},
        {"file_search_call", builtInCallPart},
        {"tool_search_call", builtInCallPart},
        {"code_interpreter_call", builtInCallPart},
        {"image_generation_call", builtInCallPart},
        {"computer_call", builtInCallPart},
        {"shell_call", builtInCallPart},
        {"local_shell_call", builtInCallPart},
        {"apply_patch_call", builtInCallPart},
        {"tool_call_response", toolResultPart},
        {"server_tool_call_response", toolResultPart},
        {"tool-result", toolResultPart},
        {"tool_result", toolResultPart},
        {"function_call_output", toolResultPart},
        {"custom_tool_call_output", toolResultPart},
        {"computer_call_output", toolResultPart},
        {"shell_call_output", toolResultPart},
        {"local_shell_call_output", toolResultPart},
        {"apply_patch_call_output", toolResultPart},
        {"tool_search_output", toolResultPart},
        {"mcp_tool_result", toolResultPart},
        {"web_search_tool_result", toolResultPart},
        {"web_fetch_tool_result", toolResultPart},
        {"code_execution_tool_result", toolResultPart},
        {"bash_code_execution_tool_result", toolResultPart},
        {"text_editor_code_execution_tool_result", toolResultPart},
        {"tool_search_tool_result", toolResultPart},
        {"image", mediaPart},
        {"image_url", mediaPart},
        {"input_image", mediaPart},
        {"input_file", mediaPart},
        {"input_audio", mediaPart},
        {"audio", mediaPart},
        {"video", mediaPart},
        {"document", mediaPart},
        {"file", mediaPart},
        {"blob", mediaPart},
        {"uri", mediaPart},
        {"media", mediaPart},
    };

} // namespace

bool isPartType(std::string_view type)
{
    return std::ranges::find(kPartReaders, type, &PartReader::type) != std::end(kPartReaders);
}

MessagePart toolCallPartOf(const json& value)
{
    return toolCallPart(value);
}

MessagePart toolResultPartOf(const json& value)
{
    return toolResultPart(value);
}

MessagePart partOf(const json& value)
{
    if (value.is_string())
        return TextPart {value.get<std::string>()};
    if (!value.is_object())
        return otherPart(value);
    if (const json* inner = memberOf(value, "message_content")) // OpenInference
        return partOf(*inner);
    const std::string type = plainTextOf(value, {"type"});
    for (const PartReader& reader : kPartReaders) {
        if (reader.type == type)
            return reader.read(value);
    }
    if (!type.empty())
        return otherPart(value);
    // Gemini's parts have no type.
    if (anyMemberOf(value, {"functionCall", "function_call"}))
        return geminiCallPart(value);
    if (anyMemberOf(value, {"functionResponse", "function_response"}))
        return geminiResultPart(value);
    if (anyMemberOf(value, {"inlineData", "inline_data", "fileData"}))
        return mediaPart(value);
    if (flagOf(value, "thought"))
        return reasoningPart(value);
    if (anyMemberOf(value, {"toolName"}))
        return toolCallPart(value);
    return textPart(value);
}

} // namespace tracestore
