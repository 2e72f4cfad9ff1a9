#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Keeps the columns of large foreign files in a folder, so that the second opening reads them and
/// not the files. An entry is believed only where the files have the size, the time and (in blocks
/// taken here and there) the content of before, and its checksum is right; else it is as if it were
/// not there, and it is written anew. Any thread; several programs may share the folder.
class ColumnCache
{
public:
    struct Limits
    {
        /// Files of less in all are read as fast as a cache would be.
        std::uint64_t minSourceSize = std::uint64_t {16} << 20U;
        /// Of all entries; those that were not used for the longest time go first.
        std::uint64_t maxTotalSize = std::uint64_t {2} << 30U;
    };

    /// The folder is made when it is needed.
    explicit ColumnCache(std::filesystem::path folder);
    ColumnCache(std::filesystem::path folder, const Limits& limits);

    /// What an entry is for: an import of these files. Empty where it is not to be cached.
    struct Key
    {
        std::string name; ///< of the entry: the same for a later state of the same files
        std::string state; ///< what the files were like

        [[nodiscard]] bool isEmpty() const { return name.empty(); }

        bool operator==(const Key&) const = default;
    };

    /// `before` is what the report says before the import: a part of the trace.
    [[nodiscard]] Key keyOf(const Importer& importer,
                            const std::vector<ImportFile>& files,
                            const ImportReport& before) const;

    /// The trace of an earlier import, with its payloads; nothing where there is none.
    [[nodiscard]] std::optional<Trace::Data>
    find(const Key& key, const Importer& importer, const std::vector<ImportFile>& files) const;

    /// Keeps a trace, where its format can. That it cannot be written is no failure of anybody's.
    void keep(const Key& key, const Importer& importer, const Trace& trace) const;

private:
    [[nodiscard]] std::filesystem::path pathOf(const Key& key) const;
    void removeOldest(const std::filesystem::path& kept) const;

    std::filesystem::path m_folder;
    Limits m_limits;
};

} // namespace tracestore
