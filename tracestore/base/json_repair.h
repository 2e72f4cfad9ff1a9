#pragma once

#include <string>
#include <string_view>

namespace tracestore {

/// The text with what real producers get wrong inside values put right, so that a strict parser
/// takes it: bytes that are not UTF-8 and halves of surrogate pairs become U+FFFD, control
/// characters in strings become escapes, unknown escapes lose their backslash, and NaN, Infinity
/// and -Infinity become strings of that name; numbers that no 64 bits hold become strings of their
/// digits. Structure is not touched.
std::string repairedJson(std::string_view text);

} // namespace tracestore
