#pragma once

#include "tracestore/import/importer.h"
#include "tracestore/import/reading/record_lines.h"

#include <unordered_map>

namespace tracestore {

/// A message of a chat: where it stands and what the order of things needs.
struct GeminiMessage
{
    std::string id;
    RawRef place;
    std::uint64_t number = 0; ///< of the line
};

/// A rewind: what stood behind `keptBefore` messages was left.
struct GeminiRewind
{
    std::size_t at = 0; ///< messages that there were
    std::size_t to = 0;
};

/// A file of an import, with the messages that hold: of those written more than once the last.
struct GeminiChat
{
    std::string sessionId;
    std::string summary;
    std::string kind;
    std::string attributesJson;
    std::optional<Timestamp> started;
    std::optional<Timestamp> updated;
    std::optional<RawRef> head; ///< the record that tells of the chat
    std::vector<GeminiMessage> messages;
    std::vector<GeminiRewind> rewinds;
};

/// Reads a file's outline. What cannot be read goes to the report. Fails with Io, Cancelled.
Result<GeminiChat>
scanGeminiChat(const ImportFile& file, std::string_view text, TraceBuilder& builder, Job& job);

/// Whether the text is a chat in one document, or the beginning of one.
bool isGeminiDocument(std::string_view text);

} // namespace tracestore
