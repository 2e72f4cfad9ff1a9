#include "tracestore/export/otlp_messages.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/json_writer.h"

#include <nlohmann/json.hpp>

namespace tracestore {
namespace {

    /// `image/png` is of the modality `image`; empty where the type says none.
    std::string_view modality(std::string_view mimeType)
    {
        for (const std::string_view known : {"image", "audio", "video"}) {
            if (mimeType.starts_with(known))
                return known;
        }
        return {};
    }

    bool isAddress(std::string_view reference)
    {
        return reference.find("://") != std::string_view::npos || reference.starts_with("data:");
    }

    struct PartWriter
    {
        JsonWriter& to;

        void operator()(const TextPart& part) const
        {
            to.beginObject().member("type", "text").member("content", part.text).endObject();
        }

        void operator()(const ReasoningPart& part) const
        {
            to.beginObject()
                .member("type", "reasoning")
                .member("content", part.text)
                .memberIfAny("signature", part.signature);
            if (part.isEncrypted)
                to.member("encrypted", true);
            to.endObject();
        }

        void operator()(const ToolCallPart& part) const
        {
            to.beginObject()
                .member("type", "tool_call")
                .memberIfAny("id", part.id)
                .member("name", part.name);
            if (!part.arguments.empty())
                to.key("arguments").json(part.arguments);
            to.endObject();
        }

        void operator()(const ToolResultPart& part) const
        {
            to.beginObject()
                .member("type", "tool_call_response")
                .memberIfAny("id", part.callId)
                .member("response", part.content);
            if (part.isError)
                to.member("is_error", true);
            to.endObject();
        }

        void operator()(const MediaPart& part) const
        {
            const bool isHeld = !part.data.empty();
            const bool isUri = isAddress(part.reference);
            to.beginObject()
                .member("type",
                        isHeld      ? "blob"
                            : isUri ? "uri"
                                    : "file")
                .memberIfAny("modality", modality(part.mimeType))
                .memberIfAny("mime_type", part.mimeType)
                .memberIfAny("content", part.data)
                .memberIfAny(isUri ? "uri" : "file_id", part.reference)
                .endObject();
        }

        void operator()(const OtherPart& part) const
        {
            const auto parsed = parseJson(part.json);
            if (parsed && parsed->is_object() && parsed->contains("type")) {
                to.json(part.json);
                return;
            }
            to.beginObject().member("type", part.type.empty() ? "other" : part.type);
            to.key("content").json(part.json);
            to.endObject();
        }
    };

    void writeMessage(JsonWriter& to, const Message& message)
    {
        const bool isForeignRole = message.role == Role::Other && !message.origRole.empty();
        to.beginObject().member(
            "role", isForeignRole ? std::string_view(message.origRole) : toWord(message.role));
        to.memberIfAny("name", message.name).key("parts").beginArray();
        for (const MessagePart& part : message.parts)
            std::visit(PartWriter {to}, part);
        to.endArray().memberIfAny("finish_reason", message.finishReason).endObject();
    }

} // namespace

std::string toGenAiMessages(const std::vector<Message>& messages)
{
    std::string text;
    JsonWriter to(text);
    to.beginArray();
    for (const Message& message : messages)
        writeMessage(to, message);
    to.endArray();
    return text;
}

} // namespace tracestore
