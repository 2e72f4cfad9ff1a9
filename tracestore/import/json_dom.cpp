#include "tracestore/import/json_dom.h"

#include "tracestore/base/json_repair.h"

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    constexpr std::size_t kMaxDepth = 256;
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

simdjson::simdjson_result<dom::element> JsonDom::tryParse(std::string_view text, bool isPadded)
{
    if (m_parser.capacity() > kLargeRecord && text.size() < kLargeRecord)
        m_parser = dom::parser();
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

} // namespace tracestore
