#include "tracestore/store/checked_row.h"

#include "tracestore/base/hash.h"

#include <bit>

namespace tracestore {

void RowSum::add(double value)
{
    // SQLite does not keep the sign of zero.
    addWord('r', std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value));
}

std::int64_t RowSum::value(std::int64_t previous) const
{
    return static_cast<std::int64_t>(
        chainedChecksum(static_cast<std::uint64_t>(previous), m_bytes));
}

void RowSum::addWord(char type, std::uint64_t word)
{
    m_bytes += type;
    for (unsigned i = 0; i < 8; ++i)
        m_bytes += static_cast<char>(word >> (56U - 8U * i));
}

void RowSum::addBytes(char type, std::string_view bytes)
{
    addWord(type, bytes.size());
    m_bytes += bytes;
}

RowWriter& RowWriter::integer(std::optional<std::int64_t> value)
{
    if (value) {
        m_sum.add(*value);
        m_statement.bind(m_next++, *value);
    } else {
        m_sum.addNull();
        m_statement.bindNull(m_next++);
    }
    return *this;
}

RowWriter& RowWriter::real(std::optional<double> value)
{
    if (value) {
        m_sum.add(*value);
        m_statement.bind(m_next++, *value);
    } else {
        m_sum.addNull();
        m_statement.bindNull(m_next++);
    }
    return *this;
}

RowWriter& RowWriter::text(std::string_view text)
{
    return textOrEmpty(text.empty() ? std::nullopt : std::optional(text));
}

RowWriter& RowWriter::textOrEmpty(std::optional<std::string_view> text)
{
    if (text) {
        m_sum.addText(*text);
        m_statement.bindText(m_next++, *text);
    } else {
        m_sum.addNull();
        m_statement.bindNull(m_next++);
    }
    return *this;
}

RowWriter& RowWriter::blob(std::string_view bytes)
{
    m_sum.addBlob(bytes);
    m_statement.bindBlob(m_next++, bytes);
    return *this;
}

Result<std::int64_t> RowWriter::insert(std::int64_t previous)
{
    const std::int64_t sum = m_sum.value(previous);
    m_statement.bind(m_next++, sum);
    auto run = m_statement.run();
    if (!run)
        return fail(std::move(run).error());
    return sum;
}

Result<std::int64_t> RowWriter::insertWith(std::string_view content, bool isText)
{
    if (isText)
        m_statement.bindText(m_next + 1, content);
    else
        m_statement.bindBlob(m_next + 1, content);
    return insert();
}

/// A value of a type that was not asked for counts as what it is, so that the sum tells it.
void RowReader::sumAsItIs(int column)
{
    switch (m_statement.type(column)) {
    case Statement::Type::Null:
        return m_sum.addNull();
    case Statement::Type::Integer:
        return m_sum.add(m_statement.integer(column));
    case Statement::Type::Real:
        return m_sum.add(m_statement.real(column));
    case Statement::Type::Text:
        return m_sum.addText(m_statement.bytes(column));
    case Statement::Type::Blob:
        return m_sum.addBlob(m_statement.bytes(column));
    }
}

std::optional<std::int64_t> RowReader::optionalInteger()
{
    const int column = m_next++;
    sumAsItIs(column);
    if (m_statement.type(column) != Statement::Type::Integer)
        return {};
    return m_statement.integer(column);
}

std::optional<double> RowReader::optionalReal()
{
    const int column = m_next++;
    sumAsItIs(column);
    if (m_statement.type(column) != Statement::Type::Real)
        return {};
    return m_statement.real(column);
}

std::optional<std::string_view> RowReader::optionalText()
{
    const int column = m_next++;
    sumAsItIs(column);
    if (m_statement.type(column) != Statement::Type::Text)
        return {};
    return m_statement.bytes(column);
}

std::string_view RowReader::blob()
{
    const int column = m_next++;
    sumAsItIs(column);
    return m_statement.type(column) == Statement::Type::Blob ? m_statement.bytes(column)
                                                             : std::string_view();
}

bool RowReader::isIntact(std::int64_t previous) const
{
    return m_statement.type(m_next) == Statement::Type::Integer
        && storedSum() == rightSum(previous);
}

} // namespace tracestore
