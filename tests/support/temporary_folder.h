#pragma once

#include <QTemporaryDir>

#include <filesystem>

namespace tests {

/// A folder that goes with this object.
class TemporaryFolder
{
public:
    [[nodiscard]] std::filesystem::path path() const { return m_folder.path().toStdString(); }

    /// A file in it, which need not be there.
    [[nodiscard]] std::filesystem::path file(const char* name) const { return path() / name; }

    /// How many files are in it.
    [[nodiscard]] std::ptrdiff_t count() const
    {
        return std::distance(std::filesystem::directory_iterator(path()), {});
    }

private:
    QTemporaryDir m_folder;
};

} // namespace tests
