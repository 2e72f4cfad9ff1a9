#pragma once

#include "tracestore/base/result.h"

#include <cstdint>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>

namespace tracestore {

/// Reads one JSON object after another, fast and without recursion. For the .cpp files of
/// importers only: nobody else sees simdjson.
class JsonLineParser
{
public:
    static constexpr std::size_t kMaxDepth = 256;

    /// The object that a line holds; it and all texts in it are valid until the next call. The
    /// line has 64 readable bytes behind it (PaddedBytes, or padded()). Lone surrogates, invalid
    /// UTF-8 and numbers beyond 64 bits are repaired (wasRepaired()). Fails with Invalid (not
    /// JSON, or not an object) and Limit (nested too deeply).
    Result<simdjson::dom::object> parse(std::string_view line);

    /// As parse(), for a text with nothing behind it.
    Result<simdjson::dom::object> parseCopy(std::string_view line);

    /// The last line held texts or numbers that are not valid, which were replaced.
    [[nodiscard]] bool wasRepaired() const { return m_wasRepaired; }

private:
    simdjson::error_code tryParse(std::string_view line, simdjson::dom::element& value);

    simdjson::dom::parser m_parser;
    std::string m_copy;
    bool m_wasRepaired = false;
};

/// The text with invalid UTF-8 and lone surrogates replaced by U+FFFD, and integers of 20 digits
/// and more and numbers beyond double put in quotes: what a strict reader refuses, and real logs
/// hold.
std::string repairJson(std::string_view text);

// What an object holds under a key, of the wanted type; nothing for anything else.
std::optional<simdjson::dom::object> objectAt(const simdjson::dom::object& in, const char* key);
std::optional<simdjson::dom::array> arrayAt(const simdjson::dom::object& in, const char* key);
std::string_view textAt(const simdjson::dom::object& in, const char* key);
std::optional<std::int64_t> numberAt(const simdjson::dom::object& in, const char* key);
std::optional<double> doubleAt(const simdjson::dom::object& in, const char* key);
bool isTrueAt(const simdjson::dom::object& in, const char* key);

/// The value under a key as JSON text; empty where there is none.
std::string jsonAt(const simdjson::dom::object& in, const char* key);

} // namespace tracestore
