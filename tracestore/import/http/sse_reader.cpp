#include "tracestore/import/http/sse_reader.h"

#include <utility>

namespace tracestore {

std::vector<SseEvent> SseReader::feed(std::string_view bytes)
{
    std::vector<SseEvent> events;
    while (!bytes.empty()) {
        if (std::exchange(m_wasCarriageReturn, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t end = bytes.find_first_of("\r\n");
        addToLine(bytes.substr(0, end));
        if (end == std::string_view::npos)
            break;
        m_wasCarriageReturn = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        endLine(events);
    }
    return events;
}

std::vector<SseEvent> SseReader::finish()
{
    std::vector<SseEvent> events;
    if (!m_line.empty())
        endLine(events);
    endLine(events);
    return events;
}

void SseReader::addToLine(std::string_view bytes)
{
    if (bytes.size() > m_longest - m_line.size()) {
        m_isTooLong = true;
        bytes = bytes.substr(0, m_line.empty() ? 1 : 0); // it must not pass for a blank one
    }
    m_line += bytes;
}

void SseReader::endEvent(std::vector<SseEvent>& events)
{
    // An event without data is none (a comment to keep the connection).
    if (m_isTooLong)
        ++m_dropped;
    else if (m_hasData)
        events.push_back(std::move(m_event));
    m_event = {};
    m_hasData = false;
    m_isTooLong = false;
}

void SseReader::addData(std::string_view value)
{
    if (m_isTooLong || value.size() >= m_longest - m_event.data.size()) {
        m_isTooLong = true;
        return;
    }
    if (std::exchange(m_hasData, true))
        m_event.data += '\n';
    m_event.data += value;
}

void SseReader::endLine(std::vector<SseEvent>& events)
{
    const std::string taken = std::exchange(m_line, {});
    std::string_view line = taken;
    if (std::exchange(m_isFirstLine, false) && line.starts_with("\xEF\xBB\xBF"))
        line.remove_prefix(3);
    if (line.empty())
        return endEvent(events);
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' '))
        value.remove_prefix(1);
    if (field == "event")
        m_event.name = value;
    else if (field == "data")
        addData(value);
}

bool SseReader::isSse(std::string_view head)
{
    while (!head.empty()) {
        const std::size_t end = head.find_first_of("\r\n");
        const std::string_view line = head.substr(0, end);
        if (line.starts_with("data:") || line.starts_with("event:"))
            return true;
        const bool isOther = line.empty() || line.starts_with(':') || line.starts_with("id:")
            || line.starts_with("retry:");
        if (!isOther || end == std::string_view::npos)
            return false;
        head.remove_prefix(end + 1);
    }
    return false;
}

} // namespace tracestore
