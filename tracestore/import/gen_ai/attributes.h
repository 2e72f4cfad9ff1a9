#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracestore {

/// The value of an attribute, whatever container it came in. Texts are views into what was read.
struct AttributeValue
{
    enum class Type : std::uint8_t
    {
        Null,
        Bool,
        Integer,
        Number,
        Text,
        Json ///< an array or object
    };

    Type type = Type::Null;
    std::string_view text; ///< decoded where Text, JSON where Json
    std::int64_t integer = 0; ///< also Bool
    double number = 0;

    static AttributeValue ofBool(bool value);
    static AttributeValue ofInteger(std::int64_t value);
    static AttributeValue ofNumber(double value);
    static AttributeValue ofText(std::string_view value);
    static AttributeValue ofJson(std::string_view json);

    /// A whole number, also where it came as a text or a float; nothing for anything else.
    [[nodiscard]] std::optional<std::int64_t> asInteger() const;

    /// A finite number, also where it came as a text.
    [[nodiscard]] std::optional<double> asNumber() const;

    /// Also where it came as a text or a number.
    [[nodiscard]] std::optional<bool> asBool() const;

    /// The text; empty where it is none.
    [[nodiscard]] std::string_view asText() const;

    /// The value as JSON text.
    [[nodiscard]] std::string toJson() const;

    /// A text as it is, anything else as JSON.
    [[nodiscard]] std::string toPlain() const;
};

/// Keys with their values in the order of the source; a key may stand there twice.
using Attributes = std::vector<std::pair<std::string_view, AttributeValue>>;

/// The first value of a key; null where there is none.
const AttributeValue* findAttribute(const Attributes& attributes, std::string_view key);

} // namespace tracestore
