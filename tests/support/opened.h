#pragma once

#include "tracestore/open_trace.h"
#include "tracestore/register_builtins.h"

#include <QTemporaryDir>

#include <fstream>

namespace tests {

/// Opens files as the program does, with the importers that come with it.
inline tracestore::Result<tracestore::TracePtr> openFiles(std::vector<std::filesystem::path> paths)
{
    const tracestore::ImporterRegistry importers = tracestore::builtinImporters();
    tracestore::Job job;
    return tracestore::openTrace({.paths = std::move(paths)}, importers, job);
}

/// A folder for files that a test writes; gone when the test is.
class TestFolder
{
public:
    std::filesystem::path write(const std::string& name, std::string_view content) const
    {
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / name;
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }

    /// Writes a file and opens it.
    tracestore::Result<tracestore::TracePtr> open(std::string_view content,
                                                  const std::string& name = "trace.json") const
    {
        return openFiles({write(name, content)});
    }

private:
    QTemporaryDir m_folder;
};

} // namespace tests
