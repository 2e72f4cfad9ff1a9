#pragma once

#include "tracestore/model/message.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// Where in a span a text stands.
enum class TextPlaceKind : std::uint8_t
{
    Input,
    Output,
    Arguments,
    Result,
    Parameter,
    Attribute,
    Event,
    ToolDefinitions,
    Error,
    Other
};

/// `input`, `arguments` ..., for people.
std::string_view toWord(TextPlaceKind kind);

/// A text found in the payloads of a span.
struct TextPlace
{
    TextPlaceKind kind = TextPlaceKind::Other;
    std::size_t index = 0; ///< of the message, attribute, parameter or event
    std::string label; ///< for people: `input, message 3 (user)`, `attribute http.url`
    std::string snippet; ///< the text around it, on one line
    std::size_t matchOffset = 0; ///< the place in the snippet, in bytes
    std::size_t matchLength = 0;

    bool operator==(const TextPlace&) const = default;
};

/// The places of a text in a span's payloads, as a reader sees them, letters folded; the first in
/// each message, attribute ..., at most `most`.
std::vector<TextPlace>
findInDetail(std::string_view text, const SpanDetail& detail, std::size_t most = 20);

} // namespace tracestore
