#include "engine/cli/text_table.h"

#include <algorithm>

namespace engine::cli {
namespace {

    constexpr std::size_t kRowsToMeasure = 200;
    constexpr std::size_t kWidest = 60;

    /// No more than fits, and says so.
    std::string cut(const std::string& text)
    {
        if (widthOf(text) <= kWidest)
            return text;
        std::size_t bytes = 0;
        for (std::size_t width = 0; bytes < text.size(); ++bytes) {
            const bool isStart = (static_cast<unsigned char>(text[bytes]) & 0xC0U) != 0x80;
            if (isStart && ++width == kWidest)
                break;
        }
        return text.substr(0, bytes) + "\xE2\x80\xA6"; // an ellipsis
    }

} // namespace

std::size_t widthOf(const std::string& text)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

TextTable::TextTable(Output& out, std::vector<Column> columns)
    : m_out(out)
    , m_columns(std::move(columns))
{ }

TextTable::~TextTable()
{
    start();
}

void TextTable::add(std::vector<std::string> row)
{
    for (std::string& text : row)
        text = cut(text);
    if (m_isStarted)
        return write(row);
    m_waiting.push_back(std::move(row));
    if (m_waiting.size() == kRowsToMeasure)
        start();
}

void TextTable::start()
{
    if (m_isStarted)
        return;
    m_isStarted = true;
    std::vector<std::string> names;
    for (const Column& column : m_columns) {
        names.push_back(column.name);
        m_widths.push_back(widthOf(column.name));
    }
    for (const auto& row : m_waiting) {
        for (std::size_t i = 0; i < row.size(); ++i)
            m_widths[i] = std::max(m_widths[i], widthOf(row[i]));
    }
    write(names, true);
    for (const auto& row : m_waiting)
        write(row);
    m_waiting.clear();
}

void TextTable::write(const std::vector<std::string>& row, bool isHeading)
{
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string blanks(m_widths[i] - std::min(m_widths[i], widthOf(row[i])), ' ');
        const bool isLeft = m_columns[i].align == Align::Left;
        line += (i == 0 ? "" : "  ") + (isLeft ? row[i] + blanks : blanks + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    m_out.line(isHeading ? m_out.styled(Output::Style::Heading, line) : line);
}

} // namespace engine::cli
