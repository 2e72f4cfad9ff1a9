#include "engine/runtime/attach/json_lines.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::Result;

void JsonLines::readFrom(QIODevice& device)
{
    if (m_start > m_read.size() / 2) { // seldom enough to cost little
        m_read.remove(0, m_start);
        m_searched -= m_start;
        m_start = 0;
    }
    m_read += device.readAll();
}

Result<std::optional<json>> JsonLines::next()
{
    const qsizetype end = m_read.indexOf('\n', m_searched);
    m_searched = m_read.size();
    const qsizetype length = (end < 0 ? m_read.size() : end) - m_start;
    if (length > m_mostBytes)
        return tracestore::fail(ErrorCode::Limit, "A line is too long.");
    if (end < 0)
        return std::optional<json>();
    const std::string_view line(m_read.constData() + m_start, static_cast<std::size_t>(length));
    auto value = tracestore::parseJson(line);
    m_start = m_searched = end + 1;
    if (!value)
        return tracestore::fail(std::move(value).error());
    if (!value->is_object())
        return tracestore::fail(ErrorCode::Invalid, "A line is no JSON object.");
    return std::optional(std::move(*value));
}

QByteArray jsonLine(const json& object)
{
    return QByteArray::fromStdString(tracestore::toJsonText(object) + '\n');
}

} // namespace engine
