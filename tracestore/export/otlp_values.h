#pragma once

#include "tracestore/base/json_writer.h"
#include "tracestore/model/message.h"

#include <string>
#include <unordered_set>

namespace tracestore {

/// Writes the attribute list of an OTLP object: values typed as OTLP does, each key once, the first
/// of equal keys kept. The list is open from construction to close().
class OtlpAttributes
{
public:
    explicit OtlpAttributes(JsonWriter& to, std::string_view name = "attributes");

    /// Attributes as the source has them.
    void addAll(const std::vector<Attribute>& attributes);

    /// A value given as JSON text.
    void addJson(std::string_view key, std::string_view json);

    /// Left out where the text is empty.
    void addText(std::string_view key, std::string_view text);
    void addText(std::string_view key, const std::vector<std::string>& texts);
    void addNumber(std::string_view key, std::optional<std::int64_t> number);
    void addDouble(std::string_view key, std::optional<double> number);
    void addFlag(std::string_view key, bool flag);

    [[nodiscard]] bool has(std::string_view key) const;

    /// Whether there is any key that begins so.
    [[nodiscard]] bool hasPrefix(std::string_view prefix) const;

    void close() { m_to.endArray(); }

private:
    /// Opens the attribute up to its value; false where the key is there already.
    bool open(std::string_view key);

    JsonWriter& m_to;
    std::unordered_set<std::string> m_keys;
};

} // namespace tracestore
