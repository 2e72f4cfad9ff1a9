#pragma once

#include <cstdint>
#include <string_view>

namespace tracestore {

/// A number for a content: equal for what says the same. 0 is nothing (an empty text). 64 bits:
/// good against accidents, not against somebody who forges.
using ContentPrint = std::uint64_t;

/// One of two, which depends on their order.
[[nodiscard]] ContentPrint combined(ContentPrint first, ContentPrint second);

/// Of a text without the blanks around it.
[[nodiscard]] ContentPrint textPrint(std::string_view text);

/// Of a text that may be JSON: values that are equal have one print, whatever the order of their
/// members, their white space and escapes. A string has the print of what it says. What is no JSON,
/// or deeper than 512, is taken as text. One pass, nothing recurses.
[[nodiscard]] ContentPrint jsonPrint(std::string_view text);

} // namespace tracestore
