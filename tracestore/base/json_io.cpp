#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <simdjson.h>
#include <vector>

namespace tracestore {
namespace {

    using nlohmann::json;

    /// Builds a value while counting the depth, so that hostile nesting ends before the stack does.
    class BoundedBuilder : public nlohmann::json_sax<json>
    {
    public:
        explicit BoundedBuilder(std::size_t maxDepth)
            : m_maxDepth(maxDepth)
        { }

        bool null() override { return put(nullptr); }

        bool boolean(bool value) override { return put(value); }

        bool number_integer(number_integer_t value) override { return put(value); }

        bool number_unsigned(number_unsigned_t value) override { return put(value); }

        bool number_float(number_float_t value, const string_t&) override { return put(value); }

        bool string(string_t& value) override { return put(std::move(value)); }

        bool binary(binary_t& value) override { return put(json::binary(std::move(value))); }

        bool start_object(std::size_t) override { return open(json::object()); }

        bool start_array(std::size_t) override { return open(json::array()); }

        bool end_object() override { return close(); }

        bool end_array() override { return close(); }

        bool key(string_t& name) override
        {
            m_keys.back() = std::move(name);
            return true;
        }

        bool parse_error(std::size_t position,
                         const std::string&,
                         const nlohmann::detail::exception&) override
        {
            m_position = position;
            return false;
        }

        [[nodiscard]] bool isTooDeep() const { return m_tooDeep; }

        [[nodiscard]] std::size_t position() const { return m_position; }

        json take() { return std::move(m_root); }

    private:
        bool put(json value)
        {
            insert(std::move(value));
            return true;
        }

        /// Null where the slot is taken already by an equal key.
        json* insert(json value)
        {
            if (m_open.empty()) {
                m_root = std::move(value);
                return &m_root;
            }
            json* parent = m_open.back();
            if (parent == nullptr)
                return nullptr;
            if (parent->is_array()) {
                parent->push_back(std::move(value));
                return &parent->back();
            }
            const auto [at, isNew] = parent->emplace(m_keys.back(), std::move(value));
            return isNew ? &*at : nullptr;
        }

        bool open(json container)
        {
            if (m_open.size() >= m_maxDepth) {
                m_tooDeep = true;
                return false;
            }
            json* const at = insert(std::move(container));
            m_open.push_back(at);
            m_keys.emplace_back();
            return true;
        }

        bool close()
        {
            m_open.pop_back();
            m_keys.pop_back();
            return true;
        }

        json m_root;
        std::vector<json*> m_open;
        std::vector<std::string> m_keys;
        std::size_t m_maxDepth;
        std::size_t m_position = 0;
        bool m_tooDeep = false;
    };

    /// The length of the valid UTF-8 sequence at the front; 0 where there is none.
    std::size_t utf8SequenceLength(std::string_view text)
    {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
        const unsigned char first = byte(0);
        if (first < 0x80)
            return 1;
        const std::size_t length = first >= 0xC2 && first <= 0xDF ? 2
            : first >= 0xE0 && first <= 0xEF                      ? 3
            : first >= 0xF0 && first <= 0xF4                      ? 4
                                                                  : 0;
        if (length == 0 || text.size() < length)
            return 0;
        for (std::size_t i = 1; i < length; ++i) {
            if ((byte(i) & 0xC0U) != 0x80)
                return 0;
        }
        // Overlong forms, surrogates and what lies above U+10FFFF show in the second byte.
        const unsigned char second = byte(1);
        const bool isWrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)
            || (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
        return isWrong ? 0 : length;
    }

    /// By byte: the letter of its escape in JSON, `u` where it has none of its own, or 0.
    constexpr auto kEscapes = [] {
        std::array<char, 256> letters {};
        for (std::size_t i = 0; i < 0x20; ++i)
            letters.at(i) = 'u';
        for (const auto& [byte, letter] : {std::pair('\b', 'b'),
                                           std::pair('\f', 'f'),
                                           std::pair('\n', 'n'),
                                           std::pair('\r', 'r'),
                                           std::pair('\t', 't'),
                                           std::pair('"', '"'),
                                           std::pair('\\', '\\')})
            letters.at(static_cast<unsigned char>(byte)) = letter;
        return letters;
    }();

    /// A byte as it stands in a JSON string, where it is escaped there.
    void appendEscape(std::string& to, char byte)
    {
        const char letter = kEscapes[static_cast<unsigned char>(byte)];
        to.append(1, '\\').append(1, letter);
        if (letter == 'u')
            to.append("00")
                .append(1, byte < 0x10 ? '0' : '1')
                .append(1, "0123456789abcdef"[static_cast<unsigned char>(byte) % 16]);
    }

} // namespace

Result<json> parseJson(std::string_view text, const JsonLimits& limits)
{
    if (text.size() > limits.bytes)
        return fail(ErrorCode::Limit, "The JSON text is too long to be read as one value.");
    BoundedBuilder builder(limits.depth);
    if (json::sax_parse(text.begin(), text.end(), &builder))
        return builder.take();
    if (builder.isTooDeep())
        return fail(ErrorCode::Limit, "The JSON text is nested too deeply.");
    const std::string valid = toValidUtf8(text);
    if (valid != text)
        return parseJson(valid, limits);
    return fail(ErrorCode::Invalid,
                "The text is not valid JSON at byte " + std::to_string(builder.position()) + ".");
}

std::string toJsonText(const json& value, int indent)
{
    return value.dump(indent, ' ', false, json::error_handler_t::replace);
}

std::string quoteJson(std::string_view text)
{
    if (!isValidUtf8(text))
        return toJsonText(json(text));
    std::string quoted;
    quoted.reserve(text.size() + text.size() / 8 + 2);
    quoted += '"';
    const auto isEscaped = [](char c) { return kEscapes[static_cast<unsigned char>(c)] != 0; };
    for (auto at = text.begin(); at != text.end();) {
        const auto next = std::find_if(at, text.end(), isEscaped);
        quoted.append(at, next);
        at = next;
        if (at != text.end())
            appendEscape(quoted, *at++);
    }
    return quoted += '"';
}

bool isValidUtf8(std::string_view text)
{
    return simdjson::validate_utf8(text);
}

std::string toValidUtf8(std::string_view text)
{
    if (isValidUtf8(text))
        return std::string(text);
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = utf8SequenceLength(text);
        result += length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return result;
}

} // namespace tracestore
