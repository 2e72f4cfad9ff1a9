#pragma once

#include "tracestore/import/codex/codex_line.h"

namespace tracestore {

/// What a word of the source says that a record is.
struct CodexType
{
    std::string_view word;
    CodexRecord record = CodexRecord::Other;
    SpanKind momentKind = SpanKind::Event;
};

/// Where a word stands: the same means different things at different places.
enum class CodexWords
{
    Envelopes, ///< `type` of a record with a payload
    Items, ///< `type` of what the model was sent or gave
    Events, ///< `type` of what the user saw
    CompletedItems, ///< `type` of the item of an event `item_completed`
    ExecEvents, ///< `type` of what `codex exec --json` prints
    ExecItems, ///< `type` of an item in it
};

/// Null for a word that is not known there.
const CodexType* findCodexType(CodexWords words, std::string_view word);

/// The name of the tool that a record of that type tells of; empty where it does not say.
std::string codexToolName(const simdjson::dom::object& payload, std::string_view type);

} // namespace tracestore
