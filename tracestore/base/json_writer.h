#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// Writes JSON text piece by piece behind a string: keys stand in the order in which they are
/// given, and nothing is held but the text. Control and bidirectional characters are escaped, bad
/// UTF-8 is replaced by U+FFFD. Whoever writes closes what was opened.
class JsonWriter
{
public:
    /// `to` outlives the writer and may be emptied between values. `indent` 0: no white space.
    explicit JsonWriter(std::string& to, unsigned indent = 0)
        : m_to(to)
        , m_indent(indent)
    { }

    JsonWriter& beginObject();
    JsonWriter& endObject();
    JsonWriter& beginArray();
    JsonWriter& endArray();
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);
    JsonWriter& value(double number); ///< null where it is not finite
    JsonWriter& null();

    JsonWriter& value(std::same_as<bool> auto truth) { return literal(truth ? "true" : "false"); }

    template<std::integral T>

    requires(!std::same_as<T, bool>) JsonWriter& value(T number)
    {
        return literal(std::to_string(number));
    }

    /// null where there is none.
    template<class T>
    JsonWriter& value(const std::optional<T>& maybe)
    {
        return maybe ? value(*maybe) : null();
    }

    /// A JSON text of others as it stands, on one line; a string where it is not valid JSON.
    JsonWriter& json(std::string_view text);

    /// The same of a text that this program made: it is not checked again.
    JsonWriter& ownJson(std::string_view text);

    /// A key and its value.
    template<class T>
    JsonWriter& member(std::string_view name, const T& of)
    {
        return key(name).value(of);
    }

    /// A key and its value, left out where the text is empty or nothing is known.
    JsonWriter& memberIfAny(std::string_view name, std::string_view text)
    {
        return text.empty() ? *this : member(name, text);
    }

    template<class T>
    JsonWriter& memberIfAny(std::string_view name, const std::optional<T>& maybe)
    {
        return maybe ? member(name, *maybe) : *this;
    }

private:
    JsonWriter& literal(std::string_view text);
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();
    void breakLine();
    void escape(std::string_view text, bool isJson);

    std::string& m_to;
    std::vector<bool> m_hasElements; ///< of each open object or array
    bool m_isAfterKey = false;
    unsigned m_indent;
};

} // namespace tracestore
