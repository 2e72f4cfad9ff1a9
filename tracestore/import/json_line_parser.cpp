#include "tracestore/import/json_line_parser.h"

#include "tracestore/base/json_repair.h"

#include <cmath>
#include <cstdlib>

namespace tracestore {
namespace {

    using simdjson::dom::element;
    using simdjson::dom::object;

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

    /// The text with numbers that no 64 bits hold put in quotes: as texts they keep their digits.
    std::string withBigNumbersQuoted(std::string_view rest)
    {
        std::string result;
        result.reserve(rest.size() + 16);
        bool isInString = false;
        while (!rest.empty()) {
            const char c = rest.front();
            std::size_t taken = 1;
            if (isInString && c == '\\')
                result += rest.substr(0, taken = std::min<std::size_t>(2, rest.size()));
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

} // namespace

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
        m_copy = withBigNumbersQuoted(repairedJson(line));
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
