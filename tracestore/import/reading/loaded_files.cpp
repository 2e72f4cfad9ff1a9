#include "tracestore/import/reading/loaded_files.h"

#include <algorithm>

namespace tracestore {

Result<LoadedFiles>
LoadedFiles::load(const std::vector<ImportFile>& files, ImportReport& report, Job& job)
{
    LoadedFiles loaded;
    for (const ImportFile& file : files) {
        loaded.m_contents.resize(std::max(loaded.m_contents.size(), file.id.index() + 1));
        auto content = file.bytes->load(job);
        if (content)
            loaded.m_contents[file.id.index()] = std::move(*content);
        else if (files.size() == 1 || content.error().code == ErrorCode::Cancelled)
            return fail(std::move(content).error());
        else
            report.add({.severity = ReportSeverity::Broken,
                        .file = file.id.value,
                        .message = content.error().message});
    }
    return loaded;
}

std::string_view LoadedFiles::text(FileId file) const
{
    return m_contents[file.index()].view();
}

} // namespace tracestore
