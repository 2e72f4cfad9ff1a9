#pragma once

#include <string_view>

namespace tracestore {

/// Whether the inside of a JSON string, escapes as they are, names by \u what is no character: half
/// of a surrogate pair, or what is not hexadecimal. As fast as memory, where there is no \u.
bool hasBrokenUnicode(std::string_view raw);

/// Whether a text is a number as JSON writes it.
bool isJsonNumber(std::string_view text);

} // namespace tracestore
