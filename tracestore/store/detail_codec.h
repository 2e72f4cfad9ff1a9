#pragma once

#include "tracestore/model/message.h"

namespace tracestore {

// The lists of a span's details as JSON texts for a .kymo file, and back, byte by byte the same
// whatever the texts hold. What is invalid UTF-8 stays so; a list with a value that is not JSON
// takes a form of its own. The empty list is the empty text. Reading fails with Corrupt.

/// An object of the attributes, `{"key":value}`; an array of pairs of strings where a value is not
/// JSON.
std::string encodeAttributes(const std::vector<Attribute>& attributes);
Result<std::vector<Attribute>> decodeAttributes(std::string_view text);

/// An array of `{"name":…,"time_ns":…,"attributes":…}`.
std::string encodeEvents(const std::vector<SpanEvent>& events);
Result<std::vector<SpanEvent>> decodeEvents(std::string_view text);

/// An array of strings.
std::string encodeTexts(const std::vector<std::string>& texts);
Result<std::vector<std::string>> decodeTexts(std::string_view text);

} // namespace tracestore
