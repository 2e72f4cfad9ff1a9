#pragma once

#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"
#include "tracestore/store/database.h"

#include <map>

namespace tracestore {

/// Reads all of a .kymo file but its payloads, and keeps an account of what is damaged. Used once.
class KymoLoader
{
public:
    /// `database` and `job` outlive this. `version` is that of the file, `fileSize` bounds what a
    /// damaged file may claim to hold.
    KymoLoader(Database& database, std::uint32_t version, std::uint64_t fileSize, Job& job);

    /// The trace without its payloads. Fails with Io and Cancelled: damage is told in its report.
    Result<Trace::Data> load();

private:
    Result<void> loadMeta();
    Result<void> loadSmallTables();
    Result<void> loadJudgements();
    Result<void> loadSpans();
    Result<void> loadRaws();
    Result<void> loadLinks();
    Result<void> loadReport();
    void mend();

    [[nodiscard]] std::optional<std::uint64_t> number(const std::string& key) const;
    [[nodiscard]] std::uint64_t rowCount(const std::string& table, std::uint64_t seen) const;
    void noteDamage(const std::string& table, std::uint64_t rows);

    Database& m_database;
    std::uint32_t m_version;
    std::int64_t m_maxRows;
    Job& m_job;
    Trace::Data m_data;
    std::map<std::string, std::string> m_meta;
    std::vector<ReportRow> m_damage;
};

} // namespace tracestore
