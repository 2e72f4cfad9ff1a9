#pragma once

#include "tracestore/model/span.h"

#include <string>
#include <variant>
#include <vector>

namespace tracestore {

enum class Role : std::uint8_t
{
    System,
    User,
    Assistant,
    Tool,
    Other
};

std::string_view toWord(Role role);

struct TextPart
{
    std::string text;

    bool operator==(const TextPart&) const = default;
};

/// What a model thought before it answered, as far as the provider shows it.
struct ReasoningPart
{
    std::string text;
    std::string signature;
    bool isEncrypted = false; ///< the text is kept from us

    bool operator==(const ReasoningPart&) const = default;
};

struct ToolCallPart
{
    std::string id;
    std::string name;
    std::string arguments; ///< JSON text where it is valid JSON, else as it came

    bool operator==(const ToolCallPart&) const = default;
};

struct ToolResultPart
{
    std::string callId;
    std::string content; ///< text, or JSON text
    bool isError = false;

    bool operator==(const ToolResultPart&) const = default;
};

/// An image, sound or file. `reference` is an address or file id; `data` base64 where the source
/// holds the content itself.
struct MediaPart
{
    std::string mimeType;
    std::string reference;
    std::string data;

    bool operator==(const MediaPart&) const = default;
};

/// A part that we have no type for, whole.
struct OtherPart
{
    std::string type;
    std::string json;

    bool operator==(const OtherPart&) const = default;
};

using MessagePart
    = std::variant<TextPart, ReasoningPart, ToolCallPart, ToolResultPart, MediaPart, OtherPart>;

struct Message
{
    Role role = Role::Other;
    std::string origRole; ///< the source's word, where it is not that of `role`
    std::string name;
    std::string finishReason;
    std::vector<MessagePart> parts;

    bool operator==(const Message&) const = default;
};

/// A message as one canonical JSON text, the form in which it is stored and hashed; and back.
std::string toJson(const Message& message);
Result<Message> messageFromJson(std::string_view json);

/// How much a message holds: bytes of its texts, arguments, results and data, without structure.
std::size_t contentBytes(const Message& message);

/// The texts of a message in order, for titles and previews; other parts are left out.
std::string plainText(const Message& message);

struct Attribute
{
    std::string key;
    std::string json; ///< the value as JSON text

    bool operator==(const Attribute&) const = default;
};

/// Something that happened at one moment of a span.
struct SpanEvent
{
    std::string name;
    std::optional<Timestamp> time;
    std::vector<Attribute> attributes;

    bool operator==(const SpanEvent&) const = default;
};

/// The payloads of one span, fetched when a view asks for them.
struct SpanDetail
{
    std::vector<Message> input;
    ContentState inputState = ContentState::Absent;
    std::vector<Message> output;
    ContentState outputState = ContentState::Absent;
    std::string toolArguments; ///< JSON text where it is JSON; empty: not known
    std::string toolResult; ///< text or JSON text; empty: not known
    std::string toolDescription;
    std::vector<Attribute> parameters; ///< of the model request: temperature, max_tokens ...
    std::string toolDefinitions; ///< JSON array of the tools offered to the model, or empty
    std::vector<std::string> finishReasons;
    std::vector<Attribute> attributes; ///< all that the source says, in its order
    std::vector<SpanEvent> events;
    std::string errorStack;

    bool operator==(const SpanDetail&) const = default;
};

} // namespace tracestore
