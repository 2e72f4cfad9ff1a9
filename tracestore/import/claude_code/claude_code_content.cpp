#include "tracestore/import/claude_code/claude_code_content.h"

#include <algorithm>

namespace tracestore {
namespace {

    using simdjson::dom::array;
    using simdjson::dom::element;
    using simdjson::dom::object;

    bool isMedia(std::string_view type)
    {
        return type == "image" || type == "document" || type == "audio";
    }

    MessagePart mediaPart(const object& block)
    {
        MediaPart part;
        const auto source = objectAt(block, "source");
        if (!source)
            return OtherPart {std::string(textAt(block, "type")), simdjson::minify(block)};
        const std::string_view form = textAt(*source, "type");
        part.mimeType = textAt(*source, "media_type");
        part.data = textAt(*source, "data");
        part.reference = textAt(*source, form == "file" ? "file_id" : "url");
        return part;
    }

    MessagePart reasoningPart(const object& block)
    {
        ReasoningPart part;
        part.isEncrypted = textAt(block, "type") == "redacted_thinking";
        part.text = textAt(block, part.isEncrypted ? "data" : "thinking");
        part.signature = textAt(block, "signature");
        return part;
    }

    MessagePart callPart(const object& block)
    {
        return ToolCallPart {std::string(textAt(block, "id")),
                             std::string(textAt(block, "name")),
                             jsonAt(block, "input")};
    }

} // namespace

MessagePart claudePart(const element& from)
{
    object block;
    std::string_view text;
    if (!from.get(text))
        return TextPart {std::string(text)};
    if (from.get(block))
        return OtherPart {{}, simdjson::minify(from)};
    const std::string_view type = textAt(block, "type");
    if (type == "text" && block["text"].is_string())
        return TextPart {std::string(textAt(block, "text"))};
    if (type == "thinking" || type == "redacted_thinking")
        return reasoningPart(block);
    if (type == "tool_use" || type == "server_tool_use")
        return callPart(block);
    if (type.ends_with("tool_result"))
        return ToolResultPart {std::string(textAt(block, "tool_use_id")),
                               claudeResultText(block),
                               isTrueAt(block, "is_error")};
    if (isMedia(type))
        return mediaPart(block);
    return OtherPart {std::string(type), simdjson::minify(from)};
}

std::vector<MessagePart> claudeParts(const object& message)
{
    std::vector<MessagePart> parts;
    element content;
    array blocks;
    if (message["content"].get(content))
        return parts;
    if (content.get(blocks)) {
        parts.push_back(claudePart(content));
        return parts;
    }
    for (const element block : blocks) {
        parts.push_back(claudePart(block));
        object inner;
        if (block.get(inner) || !textAt(inner, "type").ends_with("tool_result"))
            continue;
        std::ranges::move(claudeResultMedia(inner), std::back_inserter(parts));
    }
    return parts;
}

std::string claudeResultText(const object& block)
{
    element content;
    array blocks;
    if (block["content"].get(content))
        return {};
    if (content.get(blocks)) {
        std::string_view text;
        return content.get(text) ? simdjson::minify(content) : std::string(text);
    }
    std::string text;
    for (const element part : blocks) {
        object inner;
        const std::string_view type = part.get(inner) ? std::string_view() : textAt(inner, "type");
        if (isMedia(type))
            continue;
        if (type != "text")
            return simdjson::minify(content);
        text += (text.empty() ? "" : "\n") + std::string(textAt(inner, "text"));
    }
    return text;
}

std::vector<MessagePart> claudeResultMedia(const object& block)
{
    std::vector<MessagePart> parts;
    const auto blocks = arrayAt(block, "content");
    if (!blocks)
        return parts;
    for (const element part : *blocks) {
        object inner;
        if (!part.get(inner) && isMedia(textAt(inner, "type")))
            parts.push_back(mediaPart(inner));
    }
    return parts;
}

void addClaudeAttributes(std::vector<Attribute>& to,
                         const object& from,
                         std::string_view prefix,
                         std::initializer_list<std::string_view> skipped)
{
    for (const auto [key, value] : from) {
        if (std::ranges::find(skipped, key) == skipped.end())
            to.push_back({std::string(prefix) + std::string(key), simdjson::minify(value)});
    }
}

} // namespace tracestore
