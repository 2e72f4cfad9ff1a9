#pragma once

#include "tracestore/import/reading/json_record.h"
#include "tracestore/import/reading/step_payloads.h"

namespace tracestore {

/// A call of a tool that a message asks for.
struct ChatCall
{
    std::string id; ///< empty in formats that join calls and results by their order
    std::string name;
    RawRef place;
    StepPayloads::ReadPiece read = nullptr; ///< reads the arguments at `place`
};

/// What a message says that a tool gave.
struct ChatResult
{
    std::string callId;
    std::string toolName;
    RawRef place;
    StepPayloads::ReadPiece read = nullptr; ///< reads the result at `place`
    std::optional<SpanError> error;
    bool isErrorGuessed = false; ///< by the words of the result: the source has no mark
};

/// What the steps of a conversation need to know of a message. Its texts stay in the file.
struct ChatMessage
{
    Role role = Role::Other;
    std::string word; ///< the source's word for the role
    std::string name;
    std::string title; ///< its first line of text, shortened
    bool isEmpty = false; ///< neither text nor call nor result
    RawRef place;
    StepPayloads::ReadMessages read = readMessages; ///< reads the message at `place`
    std::optional<RawRef> input; ///< where the source says what the model was sent
    std::vector<ChatCall> calls;
    std::vector<ChatResult> results;
};

/// Looks at a message of any shape that messagesOf() knows. Fails where it is no JSON.
Result<ChatMessage> chatMessageOf(const PlacedJson& source);

/// A whole message as what a tool gave; its error is told by its words.
ChatResult wholeMessageResult(const PlacedJson& source);

/// Whether a text is, by its first words, what tools say when they fail.
bool looksLikeToolError(std::string_view text);

/// The first line of a text, shortened to at most `bytes` at a character.
std::string titleLine(std::string_view text, std::size_t bytes = 80);

} // namespace tracestore
