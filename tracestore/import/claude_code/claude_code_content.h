#pragma once

#include "tracestore/import/reading/json_dom.h"
#include "tracestore/model/message.h"

#include <initializer_list>

namespace tracestore {

/// The parts of a message's content: a string, or blocks in the form of the Anthropic API. Blocks
/// of other sorts are kept whole.
std::vector<MessagePart> claudeParts(const simdjson::dom::object& message);

/// The part of one block.
MessagePart claudePart(const simdjson::dom::element& block);

/// A tool result's content as text: a string as it is, blocks of text with line feeds between,
/// anything else as JSON.
std::string claudeResultText(const simdjson::dom::object& block);

/// The images and files in a tool result, which its text cannot show.
std::vector<MessagePart> claudeResultMedia(const simdjson::dom::object& block);

/// Appends the fields of an object as attributes, `prefix` before their names, without those named
/// in `skipped`.
void addClaudeAttributes(std::vector<Attribute>& to,
                         const simdjson::dom::object& from,
                         std::string_view prefix,
                         std::initializer_list<std::string_view> skipped);

} // namespace tracestore
