#pragma once

#include "tracestore/open_trace.h"
#include "tracestore/register_builtins.h"

#include <QTemporaryDir>

#include <fstream>
#include <string>

namespace tests {

inline tracestore::Result<tracestore::TracePtr> tryOpen(const std::filesystem::path& path,
                                                        bool withCompanions = false)
{
    const auto importers = tracestore::builtinImporters();
    tracestore::OpenRequest request;
    request.paths = {path};
    request.withCompanions = withCompanions;
    tracestore::Job job;
    return tracestore::openTrace(request, importers, job);
}

/// A folder for the files of one test, which goes with it.
class LogFolder
{
public:
    [[nodiscard]] std::filesystem::path path() const { return m_folder.path().toStdString(); }

    std::filesystem::path write(const std::string& name, const std::string& text) const
    {
        const std::filesystem::path file = path() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }

private:
    QTemporaryDir m_folder;
};

inline std::string contentOf(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace tests
