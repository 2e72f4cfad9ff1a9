#include "tracestore/import/json_line_parser.h"

#include "tracestore/base/json_io.h"

#include <cmath>
#include <cstdlib>

namespace tracestore {
namespace {

    using simdjson::dom::element;
    using simdjson::dom::object;

    /// The unit of a `\uXXXX` at the front; nothing for anything else.
    std::optional<unsigned> escapedUnit(std::string_view text)
    {
        if (text.size() < 6 || text[0] != '\\' || text[1] != 'u')
            return std::nullopt;
        unsigned unit = 0;
        for (const char c : text.substr(2, 4)) {
            const bool isDigit = c >= '0' && c <= '9';
            const bool isLower = c >= 'a' && c <= 'f';
            if (!isDigit && !isLower && (c < 'A' || c > 'F'))
                return std::nullopt;
            const int base = isDigit ? '0' : (isLower ? 'a' : 'A') - 10;
            unit = unit * 16 + static_cast<unsigned>(c - base);
        }
        return unit;
    }

    /// Copies one escape from the front of `text`, and returns how long it was.
    std::size_t copyEscape(std::string_view text, std::string& to)
    {
        const auto unit = escapedUnit(text);
        if (!unit) {
            to += text.substr(0, 2);
            return std::min<std::size_t>(2, text.size());
        }
        const bool isHigh = *unit >= 0xD800 && *unit <= 0xDBFF;
        const bool isLow = *unit >= 0xDC00 && *unit <= 0xDFFF;
        if (isHigh) {
            const auto next = escapedUnit(text.substr(6));
            if (next && *next >= 0xDC00 && *next <= 0xDFFF) {
                to += text.substr(0, 12);
                return 12;
            }
        }
        to += isHigh || isLow ? std::string_view("\\ufffd") : text.substr(0, 6);
        return 6;
    }

    bool isNumberPart(char c)
    {
        return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
    }

    bool isTooBig(const std::string& number)
    {
        const bool isInteger = number.find_first_of(".eE") == std::string::npos;
        return isInteger ? number.size() >= 20
                         : !std::isfinite(std::strtod(number.c_str(), nullptr));
    }

    /// Copies the number at the front, in quotes where it is too big, and returns its length.
    std::size_t copyNumber(std::string_view text, std::string& to)
    {
        std::size_t length = 0;
        while (length < text.size() && isNumberPart(text[length]))
            ++length;
        const std::string number(text.substr(0, length));
        to += isTooBig(number) ? '"' + number + '"' : number;
        return length;
    }

} // namespace

std::string repairJson(std::string_view text)
{
    const std::string valid = toValidUtf8(text);
    std::string_view rest = valid;
    std::string result;
    result.reserve(valid.size() + 16);
    bool isInString = false;
    while (!rest.empty()) {
        const char c = rest.front();
        std::size_t taken = 1;
        if (isInString && c == '\\')
            taken = copyEscape(rest, result);
        else if (!isInString && ((c >= '0' && c <= '9') || c == '-'))
            taken = copyNumber(rest, result);
        else
            result += c;
        if (c == '"')
            isInString = !isInString;
        rest.remove_prefix(taken);
    }
    return result;
}

simdjson::error_code JsonLineParser::tryParse(std::string_view line, element& value)
{
    // The parser keeps the depth that it was once given, but takes it with a capacity only.
    if (m_parser.capacity() < line.size() || m_parser.max_depth() != kMaxDepth) {
        if (const auto error
            = m_parser.allocate(std::max<std::size_t>(line.size(), 1U << 16U), kMaxDepth))
            return error;
    }
    return m_parser.parse(line.data(), line.size(), false).get(value);
}

Result<object> JsonLineParser::parse(std::string_view line)
{
    m_wasRepaired = false;
    element value;
    auto error = tryParse(line, value);
    const bool isRepairable = error == simdjson::UTF8_ERROR || error == simdjson::STRING_ERROR
        || error == simdjson::NUMBER_ERROR;
    if (isRepairable) {
        m_copy = repairJson(line);
        const std::size_t size = m_copy.size();
        m_copy.append(simdjson::SIMDJSON_PADDING, '\0');
        error = tryParse({m_copy.data(), size}, value);
        m_wasRepaired = !error;
    }
    if (error == simdjson::DEPTH_ERROR)
        return fail(ErrorCode::Limit, "nested too deeply");
    if (error)
        return fail(ErrorCode::Invalid, "not valid JSON");
    object result;
    if (value.get(result))
        return fail(ErrorCode::Invalid, "not an object");
    return result;
}

Result<object> JsonLineParser::parseCopy(std::string_view line)
{
    std::string padded;
    padded.reserve(line.size() + simdjson::SIMDJSON_PADDING);
    padded += line;
    padded.append(simdjson::SIMDJSON_PADDING, '\0');
    // The document holds no pointer into the text that it was read from.
    return parse(std::string_view(padded).substr(0, line.size()));
}

std::optional<object> objectAt(const object& in, const char* key)
{
    object value;
    return in[key].get(value) ? std::nullopt : std::optional(value);
}

std::optional<simdjson::dom::array> arrayAt(const object& in, const char* key)
{
    simdjson::dom::array value;
    return in[key].get(value) ? std::nullopt : std::optional(value);
}

std::string_view textAt(const object& in, const char* key)
{
    std::string_view value;
    return in[key].get(value) ? std::string_view() : value;
}

std::optional<std::int64_t> numberAt(const object& in, const char* key)
{
    std::int64_t value = 0;
    if (!in[key].get(value))
        return value;
    const auto real = doubleAt(in, key);
    // Beyond 2^53 a double is no count any more.
    return real && std::abs(*real) < 9e15 ? std::optional(static_cast<std::int64_t>(*real))
                                          : std::nullopt;
}

std::optional<double> doubleAt(const object& in, const char* key)
{
    double value = 0;
    return in[key].get(value) ? std::nullopt : std::optional(value);
}

bool isTrueAt(const object& in, const char* key)
{
    bool value = false;
    return !in[key].get(value) && value;
}

std::string jsonAt(const object& in, const char* key)
{
    element value;
    return in[key].get(value) ? std::string() : simdjson::minify(value);
}

} // namespace tracestore
