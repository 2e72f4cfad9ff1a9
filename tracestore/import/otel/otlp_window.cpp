#include "tracestore/import/otel/otlp_window.h"

#include <algorithm>
#include <cstring>

namespace tracestore {
namespace {

    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

    bool isBlank(std::string_view text)
    {
        return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    }

} // namespace

OtlpWindow::OtlpWindow()
    : m_reader(m_tokens, m_batch)
{ }

Result<void> OtlpWindow::read(const ImportFile& file, std::uint64_t from)
{
    m_batch.clear();
    std::uint64_t offset = 0;
    const auto text = load(*file.bytes, from, offset);
    if (!text)
        return fail(text.error());
    if (m_tokens.index(*text))
        walk(*text, file.id, offset);
    else
        walkLines(*text, file.id, offset);
    return {};
}

/// The lines that begin in the window, whole, with padding behind them.
Result<std::string_view>
OtlpWindow::load(const ByteSource& bytes, std::uint64_t from, std::uint64_t& textOffset)
{
    // The byte before tells whether a line begins with the window.
    const std::uint64_t first = from == 0 ? 0 : from - 1;
    std::size_t size = static_cast<std::size_t>(std::min(bytes.size(), from + kSize) - first);
    reserve(size, 0);
    if (auto done = bytes.readInto(m_bytes.get(), first, size); !done)
        return fail(std::move(done).error());
    std::size_t start = 0;
    if (from > 0) {
        const std::size_t end = std::string_view(m_bytes.get(), size).find('\n');
        // A line that only begins behind the window is the next one's.
        if (end == std::string_view::npos || end + 1 >= size)
            return std::string_view();
        start = end + 1;
    } else if (std::string_view(m_bytes.get(), size).starts_with(kByteOrderMark)) {
        start = kByteOrderMark.size();
    }
    if (auto done = extend(bytes, first, size); !done)
        return fail(std::move(done).error());
    std::memset(m_bytes.get() + size, 0, PaddedBytes::kPadding);
    textOffset = first + start;
    return std::string_view(m_bytes.get() + start, size - start);
}

/// Reads on to the end of the last line.
Result<void> OtlpWindow::extend(const ByteSource& bytes, std::uint64_t offset, std::size_t& size)
{
    std::size_t step = std::size_t {64} << 10U;
    while (m_bytes[size - 1] != '\n' && offset + size < bytes.size()) {
        const std::size_t more
            = static_cast<std::size_t>(std::min<std::uint64_t>(step, bytes.size() - offset - size));
        reserve(size + more, size);
        if (auto done = bytes.readInto(m_bytes.get() + size, offset + size, more); !done)
            return done;
        const std::size_t end = std::string_view(m_bytes.get() + size, more).find('\n');
        size += end == std::string_view::npos ? more : end + 1;
        step *= 2;
    }
    return {};
}

void OtlpWindow::reserve(std::size_t size, std::size_t used)
{
    if (size + PaddedBytes::kPadding <= m_room)
        return;
    const std::size_t room = size + size / 4 + PaddedBytes::kPadding;
    auto bytes = std::make_unique_for_overwrite<char[]>(room);
    if (used > 0)
        std::memcpy(bytes.get(), m_bytes.get(), used);
    m_bytes = std::move(bytes);
    m_room = room;
}

void OtlpWindow::walk(std::string_view text, FileId file, std::uint64_t offset)
{
    m_reader.start(text, file, offset);
    JsonCursor cursor = m_tokens.cursor();
    while (!cursor.isAtEnd()) {
        const JsonCursor before = cursor;
        const std::size_t start = cursor.offset();
        const std::size_t rows = m_batch.rows.size();
        if (m_reader.document(cursor, [] {})) {
            const std::size_t end = cursor.endOfBracket();
            const std::string_view between = text.substr(end, cursor.offset() - end);
            if (cursor.isAtEnd() || between.find('\n') != std::string_view::npos)
                continue;
            m_reader.dropFrom(rows); // more than one document in the line
        }
        const std::size_t end = std::min(text.find('\n', start), text.size());
        addHardLine(offset + start, end - start);
        cursor = before;
        cursor.moveTo(end);
    }
}

/// Where the text as a whole has no order, line by line: one that is broken does not harm others.
void OtlpWindow::walkLines(std::string_view text, FileId file, std::uint64_t offset)
{
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        const std::string_view line = text.substr(start, end - start);
        if (m_tokens.index(line))
            walk(line, file, offset + start);
        else if (!isBlank(line))
            addHardLine(offset + start, line.size());
        start = end + 1;
    }
}

void OtlpWindow::addHardLine(std::uint64_t offset, std::uint64_t length)
{
    m_batch.hardLines.push_back({offset, length, m_batch.rows.size()});
}

} // namespace tracestore
