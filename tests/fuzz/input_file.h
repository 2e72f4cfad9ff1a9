#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace tests {

/// Bytes as a file, which goes with this object. A file without a name (memfd_create) would not do:
/// SQLite follows links itself, and /proc/self/fd/N leads it nowhere.
class InputFile
{
public:
    InputFile(const std::uint8_t* bytes, std::size_t size)
        : m_path((std::filesystem::temp_directory_path() / "kymo-fuzz-XXXXXX").string())
    {
        const int file = ::mkstemp(m_path.data());
        if (file < 0 || ::write(file, bytes, size) != static_cast<ssize_t>(size))
            std::abort();
        ::close(file);
    }

    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    ~InputFile() { ::unlink(m_path.c_str()); }

    [[nodiscard]] std::filesystem::path path() const { return m_path; }

private:
    std::string m_path;
};

} // namespace tests
