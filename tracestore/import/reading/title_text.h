#pragma once

#include <string>
#include <string_view>

namespace tracestore {

/// One line for lists of a text that may be long: its first line that is not blank, cut at a
/// character to at most 80 bytes.
std::string titleText(std::string_view text);

} // namespace tracestore
