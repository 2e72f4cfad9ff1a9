#include "tracestore/base/json_io.h"
#include "tracestore/compare/text_difference.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <deque>

namespace tracestore {
namespace {

    /// Deeper JSON stands as it is.
    constexpr std::size_t kDeepest = 128;
    constexpr std::size_t kIndent = 2;

    /// A value with its numbers as they were written.
    struct RawValue
    {
        enum class Type : std::uint8_t
        {
            Word,
            Text,
            Object,
            Array
        };

        Type type = Type::Word;
        std::string text;
        std::vector<std::pair<std::string, RawValue*>> members; ///< without names in an array
    };

    /// Builds values from what the parser says.
    class RawReader : public nlohmann::json_sax<nlohmann::json>
    {
    public:
        bool null() override { return word("null"); }

        bool boolean(bool value) override { return word(value ? "true" : "false"); }

        bool number_integer(number_integer_t value) override { return word(std::to_string(value)); }

        bool number_unsigned(number_unsigned_t value) override
        {
            return word(std::to_string(value));
        }

        bool number_float(number_float_t, const string_t& raw) override { return word(raw); }

        bool string(string_t& value) override
        {
            add(RawValue::Type::Text, std::move(value));
            return true;
        }

        bool binary(binary_t&) override { return false; }

        bool start_object(std::size_t) override { return open(RawValue::Type::Object); }

        bool end_object() override { return close(); }

        bool start_array(std::size_t) override { return open(RawValue::Type::Array); }

        bool end_array() override { return close(); }

        bool key(string_t& value) override
        {
            m_key = std::move(value);
            return true;
        }

        bool
        parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override
        {
            return false;
        }

        [[nodiscard]] const RawValue& root() const { return m_values.front(); }

    private:
        bool word(std::string text)
        {
            add(RawValue::Type::Word, std::move(text));
            return true;
        }

        void add(RawValue::Type type, std::string text)
        {
            m_values.push_back({type, std::move(text), {}});
            if (!m_open.empty())
                m_open.back()->members.emplace_back(std::move(m_key), &m_values.back());
            m_key.clear();
        }

        bool open(RawValue::Type type)
        {
            add(type, {});
            m_open.push_back(&m_values.back());
            return m_open.size() <= kDeepest;
        }

        bool close()
        {
            RawValue& value = *m_open.back();
            if (value.type == RawValue::Type::Object)
                std::ranges::stable_sort(
                    value.members, {}, [](const auto& member) { return member.first; });
            m_open.pop_back();
            return true;
        }

        std::deque<RawValue> m_values;
        std::vector<RawValue*> m_open;
        std::string m_key;
    };

    void newLine(std::string& to, std::size_t depth)
    {
        to += '\n';
        to.append(depth * kIndent, ' ');
    }

    void writeText(std::string& to, const std::string& text, std::size_t depth)
    {
        if (text.find('\n') == std::string::npos) {
            to += quoteJson(text);
            return;
        }
        to += '|';
        for (std::size_t from = 0; from <= text.size();) {
            const std::size_t end = std::min(text.find('\n', from), text.size());
            newLine(to, depth + 1);
            to.append(text, from, end - from);
            from = end + 1;
        }
    }

    bool isShort(const RawValue& value)
    {
        constexpr std::size_t kMostWords = 8;
        return value.type == RawValue::Type::Array && value.members.size() <= kMostWords
            && std::ranges::all_of(value.members, [](const auto& member) {
                   return member.second->type == RawValue::Type::Word;
               });
    }

    /// Not deeper than kDeepest.
    void writeValue(std::string& to, const RawValue& value, std::size_t depth)
    {
        if (value.type == RawValue::Type::Word) {
            to += value.text;
            return;
        }
        if (value.type == RawValue::Type::Text) {
            writeText(to, value.text, depth);
            return;
        }
        const bool isObject = value.type == RawValue::Type::Object;
        const bool isInLine = value.members.empty() || isShort(value);
        to += isObject ? '{' : '[';
        bool isFirst = true;
        for (const auto& [name, member] : value.members) {
            to += isFirst ? "" : isInLine ? ", " : ",";
            isFirst = false;
            if (!isInLine)
                newLine(to, depth + 1);
            if (isObject)
                to += quoteJson(name) + ": ";
            writeValue(to, *member, depth + 1);
        }
        if (!isInLine)
            newLine(to, depth);
        to += isObject ? '}' : ']';
    }

} // namespace

std::string readableText(std::string_view json)
{
    const std::size_t first = json.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return std::string(json);
    if (const char c = json[first]; c != '{' && c != '[' && c != '"')
        return std::string(json);
    RawReader reader;
    if (!nlohmann::json::sax_parse(json, &reader))
        return std::string(json);
    if (reader.root().type == RawValue::Type::Text)
        return reader.root().text;
    std::string text;
    writeValue(text, reader.root(), 0);
    return text;
}

} // namespace tracestore
