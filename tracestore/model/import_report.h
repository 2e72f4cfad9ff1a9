#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tracestore {

enum class ReportSeverity : std::uint8_t
{
    Guessed, ///< understood in a way the source does not state
    Dropped, ///< understood, but left out of the trace
    Broken, ///< could not be read
    Note, ///< worth knowing, nothing is missing
};

std::string_view toWord(ReportSeverity severity);

/// One thing that an import has to say. Where a sort of thing happens often, one row stands for
/// many (`count`), with the place of the first.
struct ReportRow
{
    ReportSeverity severity = ReportSeverity::Note;
    std::uint32_t file = 0; ///< index into the trace's files
    std::optional<std::uint64_t> offset; ///< byte of the first
    std::optional<std::uint64_t> line; ///< 1-based, where the source has lines
    std::string field;
    std::string message;
    std::uint64_t count = 1;

    bool operator==(const ReportRow&) const = default;
};

/// What became of a foreign file: bad input is data, and this is where it goes.
class ImportReport
{
public:
    static constexpr std::size_t kMaxRows = 10'000;

    /// Counts a record that was understood.
    void addMapped(std::uint64_t records = 1) { m_mapped += records; }

    /// Adds a row; rows of equal severity, field and message are one row with a count. Past
    /// kMaxRows only the counts grow.
    void add(ReportRow row);

    /// A report as it was stored.
    static ImportReport
    restored(std::uint64_t mapped, std::uint64_t omittedRows, std::vector<ReportRow> rows);

    [[nodiscard]] std::uint64_t mapped() const { return m_mapped; }

    [[nodiscard]] std::uint64_t guessed() const { return m_guessed; }

    [[nodiscard]] std::uint64_t dropped() const { return m_dropped; }

    [[nodiscard]] std::uint64_t broken() const { return m_broken; }

    [[nodiscard]] std::uint64_t omittedRows() const { return m_omitted; }

    [[nodiscard]] const std::vector<ReportRow>& rows() const { return m_rows; }

    bool operator==(const ImportReport& other) const
    {
        return m_mapped == other.m_mapped && m_omitted == other.m_omitted && m_rows == other.m_rows;
    }

private:
    void count(const ReportRow& row);

    std::uint64_t m_mapped = 0;
    std::uint64_t m_guessed = 0;
    std::uint64_t m_dropped = 0;
    std::uint64_t m_broken = 0;
    std::uint64_t m_omitted = 0;
    std::vector<ReportRow> m_rows;
    std::unordered_map<std::string, std::size_t> m_index;
};

} // namespace tracestore
