#pragma once

#include "tracestore/base/timestamp.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

// Words for findings. Texts of strangers in them are cut and on one line; whoever prints them makes
// them safe.

/// `1 call`, `12,345 tokens`.
std::string counted(std::int64_t count, std::string_view noun);

/// `2.5 s`, `3 min`.
std::string timeInWords(Duration duration);

/// A name or value in backticks, cut at some 60 characters. Backticks in it become apostrophes, for
/// they would end it.
std::string ticked(std::string_view text);

/// The same of words at the end of a sentence: with its full stop, and without their own.
std::string tickedEnd(std::string_view text);

/// Some names in backticks: `a`, `b` and 3 more.
std::string tickedList(const std::vector<std::string>& names, std::size_t most = 4);

/// The beginning of a text on one line.
std::string lineOf(std::string_view text, std::size_t most = 120);

} // namespace tracestore
