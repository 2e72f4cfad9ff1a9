#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

namespace bench {

/// The rows of all tables of a .kymo file in memory, to be written again by nothing but SQLite: one
/// transaction, prepared inserts, the page size and journal of the file.
class BareRows
{
public:
    explicit BareRows(const std::filesystem::path& kymo);
    BareRows(const BareRows&) = delete;
    BareRows& operator=(const BareRows&) = delete;
    ~BareRows();

    void write(const std::filesystem::path& to) const;

    /// Likewise as a recording grows: a journal (WAL) with full sync, and so many transactions,
    /// each with its share of the rows of every table.
    void writeInBatches(const std::filesystem::path& to, std::size_t batches) const;

    [[nodiscard]] std::uint64_t count() const;

private:
    struct Tables;
    std::unique_ptr<Tables> m_tables;
};

/// `SELECT *` of the columns of all spans, every value read; gives the number of rows.
std::uint64_t selectSpans(const std::filesystem::path& kymo);

} // namespace bench
