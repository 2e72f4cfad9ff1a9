#pragma once

#include "tracestore/base/result.h"
#include "tracestore/import/attributes.h"

#include <deque>
#include <simdjson.h>

namespace tracestore {

/// Parses one record after another with a depth cap, repairing texts that a strict parser refuses.
/// What it gave is valid until the next parse. One thread.
class JsonDom
{
public:
    /// `isPadded`: 64 bytes behind the text can be read. Fails with Invalid or Limit.
    Result<simdjson::dom::element> parse(std::string_view text, bool isPadded);

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

} // namespace tracestore
