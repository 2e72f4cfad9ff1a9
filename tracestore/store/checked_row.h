#pragma once

#include "tracestore/store/database.h"

namespace tracestore {

/// The bytes over which the checksum of a row is taken: the table's name and every value with its
/// type and length, so that no value can move into its neighbour unseen. See FORMAT.md.
class RowSum
{
public:
    explicit RowSum(std::string_view table)
        : m_bytes(table)
    { }

    void addNull() { m_bytes += 'n'; }

    void add(std::int64_t value) { addWord('i', static_cast<std::uint64_t>(value)); }

    void add(double value);

    void addText(std::string_view text) { addBytes('t', text); }

    void addBlob(std::string_view bytes) { addBytes('b', bytes); }

    /// The sum of a row that follows on one of sum `previous`; 0 where the table is not chained.
    [[nodiscard]] std::int64_t value(std::int64_t previous = 0) const;

private:
    void addWord(char type, std::uint64_t word);
    void addBytes(char type, std::string_view bytes);

    std::string m_bytes;
};

/// Writes one row: takes its values in the order of the columns, sums them, and puts the sum into
/// the next column. `statement` is a whole-row insert and outlives this.
class RowWriter
{
public:
    RowWriter(Statement& statement, std::string_view table)
        : m_statement(statement)
        , m_sum(table)
    { }

    RowWriter& integer(std::optional<std::int64_t> value);
    RowWriter& real(std::optional<double> value);
    /// The empty text is NULL: not known.
    RowWriter& text(std::string_view text);
    RowWriter& textOrEmpty(std::optional<std::string_view> text);
    RowWriter& blob(std::string_view bytes);

    /// Writes the row, and gives its sum.
    Result<std::int64_t> insert(std::int64_t previous = 0);

    /// Likewise for a table that has one more column behind the sum.
    Result<std::int64_t> insertWith(std::string_view content, bool isText);

private:
    Statement& m_statement;
    RowSum m_sum;
    int m_next = 0;
};

/// Reads the values of a statement's row in the order of the columns and sums them on the way. The
/// values mean something only if isIntact() in the end; until then they are safe to hold.
class RowReader
{
public:
    RowReader(const Statement& statement, std::string_view table)
        : m_statement(statement)
        , m_sum(table)
    { }

    std::int64_t integer() { return optionalInteger().value_or(0); }

    std::optional<std::int64_t> optionalInteger();
    std::optional<double> optionalReal();

    /// Valid until the statement steps on.
    std::string_view text() { return optionalText().value_or(std::string_view()); }

    std::optional<std::string_view> optionalText();
    std::string_view blob();

    /// Whether what was read is what was written: the next column holds the right sum.
    [[nodiscard]] bool isIntact(std::int64_t previous = 0) const;

    [[nodiscard]] std::int64_t storedSum() const { return m_statement.integer(m_next); }

    [[nodiscard]] std::int64_t rightSum(std::int64_t previous) const
    {
        return m_sum.value(previous);
    }

private:
    void sumAsItIs(int column);

    const Statement& m_statement;
    RowSum m_sum;
    int m_next = 0;
};

} // namespace tracestore
