#pragma once

#include "tracestore/base/result.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>

namespace tracestore {

struct AttributeValue;

/// Parses one record after another, fast and without recursion, repairing what a strict parser
/// refuses (repairedJson). What it gave is valid until the next parse. For the .cpp files of
/// importers only: nobody else sees simdjson. One thread.
class JsonDom
{
public:
    static constexpr std::size_t kMaxDepth = 256;

    /// `isPadded`: 64 bytes behind the text can be read (PaddedBytes). Fails with Invalid or Limit.
    Result<simdjson::dom::element> parse(std::string_view text, bool isPadded);

    /// As parse(); Invalid also for anything but an object.
    Result<simdjson::dom::object> parseObject(std::string_view text, bool isPadded);

    /// The last text was parsed only after what is wrong in its values was put right.
    [[nodiscard]] bool wasRepaired() const { return m_wasRepaired; }

    /// A plain JSON value as an attribute's.
    AttributeValue valueOf(const simdjson::dom::element& value);

    /// Keeps a text that was made as long as what was parsed.
    std::string_view keep(std::string text);

private:
    simdjson::simdjson_result<simdjson::dom::element> tryParse(std::string_view text,
                                                               bool isPadded);

    simdjson::dom::parser m_parser;
    std::deque<std::string> m_kept;
    std::string m_repaired;
    bool m_wasRepaired = false;
};

/// A member of an object that may have one of two names; null where it has neither.
std::optional<simdjson::dom::element> memberOf(const simdjson::dom::element& object,
                                               std::string_view name,
                                               std::string_view otherName = {});

/// The text of a member; empty where there is none.
std::string_view textMemberOf(const simdjson::dom::element& object,
                              std::string_view name,
                              std::string_view otherName = {});

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
