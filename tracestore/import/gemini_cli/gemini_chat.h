#pragma once

#include "tracestore/import/importer.h"
#include "tracestore/import/reading/json_dom.h"

#include <unordered_map>

namespace tracestore {

/// A file of an import, as it is to be read: of a message that was written more than once the last
/// version at the place of the first, and the rewinds between.
struct GeminiChat
{
    /// What stood from message `to` on was left, when there were `at` messages.
    struct Rewind
    {
        std::size_t at = 0;
        std::size_t to = 0;
    };

    std::filesystem::path path;
    std::string sessionId;
    std::string title; ///< the chat's own summary
    std::string cwd;
    std::string attributesJson;
    bool isSubAgent = false;
    std::optional<Timestamp> started;
    std::optional<RawRef> head; ///< the record that tells of the chat
    std::vector<RawRef> messages;
    std::vector<Rewind> rewinds;
};

/// Reads the outline of a file. What cannot be read goes to the report.
Result<GeminiChat>
scanGeminiChat(const ImportFile& file, std::string_view text, TraceBuilder& builder, Job& job);

/// What the user asked first, in a line; empty where there is no such message.
std::string firstPromptOf(const GeminiChat& chat, std::string_view text);

/// What a list of chats shows of one; empty where it is not said.
struct GeminiOutline
{
    std::string title; ///< the chat's own summary, or what the user asked first
    std::string cwd;
};

/// Reads it from the texts at the two ends of a file.
GeminiOutline readGeminiOutline(const std::vector<std::string>& ends);

/// The text of a message: what was shown, said, or written in parts.
std::string geminiText(const simdjson::dom::object& message);

/// Whether a text is a chat, or the beginning of one.
bool isGeminiChat(std::string_view text);

/// The files of the sub-agents of a chat: in the folder beside it that has its session's id.
std::vector<std::filesystem::path> geminiCompanions(const std::filesystem::path& path);

} // namespace tracestore
