#include "tracestore/import/reading/json_lines.h"

namespace tracestore {

JsonLines::JsonLines(std::string_view text)
    : m_text(text)
    , m_at(text.starts_with("\xEF\xBB\xBF") ? 3 : 0)
{ }

std::optional<TextLine> JsonLines::next()
{
    while (m_at < m_text.size()) {
        const std::size_t start = m_at;
        const std::size_t end = m_text.find('\n', start);
        const bool isEnded = end != std::string_view::npos;
        std::string_view line = m_text.substr(start, isEnded ? end - start : end);
        m_at = isEnded ? end + 1 : m_text.size();
        ++m_number;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.find_first_not_of(" \t\r") != std::string_view::npos)
            return TextLine {line, start, m_number, isEnded};
    }
    return std::nullopt;
}

} // namespace tracestore
