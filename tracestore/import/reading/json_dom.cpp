#include "tracestore/import/reading/json_dom.h"

#include "tracestore/base/json_repair.h"
#include "tracestore/import/gen_ai/attributes.h"

#include <cmath>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    /// A parser that has grown beyond this is thrown away after use.
    constexpr std::size_t kLargeRecord = std::size_t {16} << 20U;

} // namespace

Result<dom::element> JsonDom::parse(std::string_view text, bool isPadded)
{
    m_kept.clear();
    m_wasRepaired = false;
    auto parsed = tryParse(text, isPadded);
    if (parsed.error() != simdjson::SUCCESS && parsed.error() != simdjson::DEPTH_ERROR) {
        m_repaired = repairedJson(text);
        parsed = tryParse(m_repaired, false);
        m_wasRepaired = parsed.error() == simdjson::SUCCESS;
    }
    if (parsed.error() == simdjson::DEPTH_ERROR)
        return fail(ErrorCode::Limit, "It is nested more than 256 levels deep.");
    if (parsed.error() != simdjson::SUCCESS)
        return fail(ErrorCode::Invalid, "It is not valid JSON.");
    return parsed.value_unsafe();
}

Result<dom::object> JsonDom::parseObject(std::string_view text, bool isPadded)
{
    auto parsed = parse(text, isPadded);
    if (!parsed)
        return fail(std::move(parsed).error());
    dom::object object;
    if (parsed->get(object) != simdjson::SUCCESS)
        return fail(ErrorCode::Invalid, "It is not an object.");
    return object;
}

simdjson::simdjson_result<dom::element> JsonDom::tryParse(std::string_view text, bool isPadded)
{
    if (m_parser.capacity() > kLargeRecord && text.size() < kLargeRecord)
        m_parser = dom::parser();
    // The parser keeps the depth that it was once given, but takes it with a capacity only.
    if (m_parser.capacity() < text.size() || m_parser.max_depth() != kMaxDepth) {
        const std::size_t capacity = std::max(text.size(), std::size_t {1} << 14U);
        if (const auto error = m_parser.allocate(capacity, kMaxDepth))
            return error;
    }
    return m_parser.parse(text.data(), text.size(), !isPadded);
}

AttributeValue JsonDom::valueOf(const dom::element& value)
{
    switch (value.type()) {
    case dom::element_type::NULL_VALUE:
        return {};
    case dom::element_type::BOOL:
        return AttributeValue::ofBool(value.get_bool().value_unsafe());
    case dom::element_type::INT64:
        return AttributeValue::ofInteger(value.get_int64().value_unsafe());
    case dom::element_type::UINT64:
        return AttributeValue::ofNumber(static_cast<double>(value.get_uint64().value_unsafe()));
    case dom::element_type::DOUBLE:
        return AttributeValue::ofNumber(value.get_double().value_unsafe());
    case dom::element_type::STRING:
        return AttributeValue::ofText(value.get_string().value_unsafe());
    case dom::element_type::ARRAY:
    case dom::element_type::OBJECT:
        break;
    }
    return AttributeValue::ofJson(keep(simdjson::minify(value)));
}

std::string_view JsonDom::keep(std::string text)
{
    return m_kept.emplace_back(std::move(text));
}

std::optional<dom::element>
memberOf(const dom::element& object, std::string_view name, std::string_view otherName)
{
    dom::object members;
    if (object.get_object().get(members) != simdjson::SUCCESS)
        return {};
    for (const auto field : members) {
        if ((field.key == name || (!otherName.empty() && field.key == otherName))
            && !field.value.is_null())
            return field.value;
    }
    return {};
}

std::string_view
textMemberOf(const dom::element& object, std::string_view name, std::string_view otherName)
{
    const auto value = memberOf(object, name, otherName);
    return value && value->is_string() ? value->get_string().value_unsafe() : std::string_view();
}

std::optional<dom::object> objectAt(const dom::object& in, const char* key)
{
    dom::object value;
    return in[key].get(value) ? std::nullopt : std::optional(value);
}

std::optional<dom::array> arrayAt(const dom::object& in, const char* key)
{
    dom::array value;
    return in[key].get(value) ? std::nullopt : std::optional(value);
}

std::string_view textAt(const dom::object& in, const char* key)
{
    std::string_view value;
    return in[key].get(value) ? std::string_view() : value;
}

std::optional<std::int64_t> numberAt(const dom::object& in, const char* key)
{
    std::int64_t value = 0;
    if (!in[key].get(value))
        return value;
    const auto real = doubleAt(in, key);
    // Beyond 2^53 a double is no count any more.
    return real && std::abs(*real) < 9e15 ? std::optional(static_cast<std::int64_t>(*real))
                                          : std::nullopt;
}

std::optional<double> doubleAt(const dom::object& in, const char* key)
{
    double value = 0;
    return in[key].get(value) ? std::nullopt : std::optional(value);
}

bool isTrueAt(const dom::object& in, const char* key)
{
    bool value = false;
    return !in[key].get(value) && value;
}

std::string jsonAt(const dom::object& in, const char* key)
{
    dom::element value;
    return in[key].get(value) ? std::string() : simdjson::minify(value);
}

} // namespace tracestore
