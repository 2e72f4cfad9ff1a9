#pragma once

#include "tracestore/base/job.h"
#include "tracestore/import/reading/report_batch.h"

#include <vector>

namespace tracestore {

/// A record of a run and where it lies. A record that holds its children's records is taken apart:
/// `members` are the stretches of its own members.
struct LangsmithRecord
{
    static constexpr std::uint32_t kNone = 0xFFFF'FFFFU;

    RawRef whole;
    std::vector<RawRef> members;
    std::string_view id; ///< view into the file; empty where the record has none
    std::string_view dottedOrder;
    std::uint32_t enclosing = kNone; ///< the record in whose `child_runs` it stands
    bool isRun = false; ///< it says something that only runs do
    bool isUpdate = false; ///< it completes a run that another record created
};

/// Finds the records of LangSmith runs in a file: a run, a list or an answer of the API with such,
/// runs within runs to any depth, and the batches that SDKs send (`post` and `patch`). Each before
/// those within it.
class LangsmithOutline
{
public:
    explicit LangsmithOutline(std::vector<LangsmithRecord>& records)
        : m_records(records)
    { }

    /// Adds the records of a file; damage goes to the batch. Ends early where `job` is cancelled.
    void scan(FileId file, std::string_view text, ReportBatch& batch, const Job& job);

private:
    /// An object or list that was entered.
    struct Level
    {
        bool isList = false;
        bool hasUpdates = false;
        std::uint32_t record = LangsmithRecord::kNone; ///< of a list: the enclosing one
        std::size_t stretchStart = 0;
        std::size_t stretchEnd = 0; ///< 0: none is open
    };

    void document();
    void step();
    void element();
    void member(Level& level);
    void closeStretch(Level& level);
    void leave();
    void enterRecord(std::uint32_t enclosing, bool isUpdate = false);
    void enterList(std::uint32_t enclosing, bool hasUpdates = false);

    std::vector<LangsmithRecord>& m_records;
    std::vector<Level> m_levels;

    // Of the file that is scanned.
    FileId m_file;
    std::string_view m_text;
    ReportBatch* m_batch = nullptr;
    JsonScan* m_scan = nullptr;
};

} // namespace tracestore
