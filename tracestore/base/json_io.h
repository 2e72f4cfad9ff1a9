#pragma once

#include "tracestore/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace tracestore {

/// Limits that hold for every JSON text read into values, whoever wrote it.
struct JsonLimits
{
    std::size_t depth = 256;
    std::size_t bytes = std::size_t {256} << 20U;
};

/// Reads one JSON value. Invalid: not JSON, with the byte where it ends to be. Limit: nested or
/// long beyond the limits. Invalid UTF-8 is replaced by U+FFFD, the first of equal keys is kept.
Result<nlohmann::json> parseJson(std::string_view text, const JsonLimits& limits = {});

/// Writes a value without white space; never fails: invalid UTF-8 is replaced by U+FFFD.
std::string toJsonText(const nlohmann::json& value, int indent = -1);

/// The text as a JSON string literal with its quotes.
std::string quoteJson(std::string_view text);

bool isValidUtf8(std::string_view text);

/// The text with every byte that is not valid UTF-8 replaced by U+FFFD.
std::string toValidUtf8(std::string_view text);

} // namespace tracestore
