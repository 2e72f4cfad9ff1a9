#include "tracestore/import/reading/json_view.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tracestore {
namespace {

    const JsonView kNothing;

    void ignoreDamage(const JsonDamage& damage)
    {
        static_cast<void>(damage);
    }

    /// The current value of a scan of `text`, to its end where the text ends inside it.
    JsonView currentValue(JsonScan& scan, std::string_view text)
    {
        const std::size_t start = scan.offset();
        if (const auto whole = scan.take())
            return JsonView(*whole);
        return JsonView(text.substr(start), true);
    }

} // namespace

JsonView JsonView::atStartOf(std::string_view text)
{
    JsonScan scan(text, ignoreDamage);
    return scan.nextDocument() ? currentValue(scan, text) : JsonView();
}

const JsonView& JsonView::operator[](std::string_view key) const
{
    if (!isObject())
        return kNothing;
    outline();
    const auto found = std::ranges::find(m_keys, key);
    return found == m_keys.end() ? kNothing
                                 : m_values[static_cast<std::size_t>(found - m_keys.begin())];
}

const JsonView& JsonView::either(std::string_view key, std::string_view otherKey) const
{
    const JsonView& first = (*this)[key];
    return first.isThere() ? first : (*this)[otherKey];
}

void JsonView::outline() const
{
    if (m_isOutlined)
        return;
    m_isOutlined = true;
    JsonItems members(*this);
    while (m_keys.size() < kMaxMembers && members.next()) {
        m_keys.push_back(members.key());
        m_values.push_back(members.item());
    }
}

std::string JsonView::string() const
{
    if (!isString() || m_isCut)
        return {};
    const std::string_view inner = m_text.substr(1, m_text.size() - 2);
    if (inner.find('\\') == std::string_view::npos)
        return std::string(inner);
    const auto parsed = parseJson(m_text);
    return parsed && parsed->is_string() ? parsed->get<std::string>() : std::string(inner);
}

std::string JsonView::scalar() const
{
    if (isString())
        return string();
    return !isThere() || isObject() || isArray() ? std::string() : std::string(m_text);
}

std::optional<std::int64_t> JsonView::integer() const
{
    std::int64_t value = 0;
    const char* end = m_text.data() + m_text.size();
    if (const auto read = std::from_chars(m_text.data(), end, value);
        read.ec == std::errc() && read.ptr == end)
        return value;
    // Beyond 2^53 a double is no count any more.
    const auto real = number();
    return real && std::abs(*real) < 9e15 ? std::optional(static_cast<std::int64_t>(*real))
                                          : std::nullopt;
}

std::optional<double> JsonView::number() const
{
    double value = 0;
    const char* end = m_text.data() + m_text.size();
    const auto read = std::from_chars(m_text.data(), end, value);
    if (m_text.empty() || read.ec != std::errc() || read.ptr != end || !std::isfinite(value))
        return std::nullopt;
    return value;
}

JsonItems::JsonItems(const JsonView& list)
    : m_text(list.text())
    , m_scan(m_text, ignoreDamage)
    , m_isOpen((list.isArray() || list.isObject()) && m_scan.nextDocument() && m_scan.enter())
{ }

bool JsonItems::next()
{
    if (!m_isOpen || !m_scan.next()) {
        m_isOpen = false;
        return false;
    }
    m_key = m_scan.key();
    m_item = currentValue(m_scan, m_text);
    return true;
}

} // namespace tracestore
