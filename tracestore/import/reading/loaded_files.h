#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// The contents of the files of an import, in memory.
class LoadedFiles
{
public:
    /// Fails with Cancelled, or as ByteSource::load where not one file can be read; one of several
    /// that cannot be read goes to the report.
    static Result<LoadedFiles>
    load(const std::vector<ImportFile>& files, ImportReport& report, Job& job);

    /// The content of a file, with 64 readable bytes behind it; empty where it could not be read.
    [[nodiscard]] std::string_view text(FileId file) const;

    [[nodiscard]] std::string_view text(const RawRef& place) const
    {
        return text(place.file).substr(place.offset, place.length);
    }

private:
    std::vector<PaddedBytes> m_contents; ///< by FileId
};

} // namespace tracestore
