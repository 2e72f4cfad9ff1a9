#pragma once

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <string>

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

/// All bytes of a file; empty where there is none.
inline std::string contentOf(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline void writeFile(const std::filesystem::path& path, const std::string& content)
{
    std::ofstream(path, std::ios::binary) << content;
}

} // namespace tests
