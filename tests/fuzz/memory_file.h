#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace tests {

/// Bytes as a file that has a path but no place on a disk.
class MemoryFile
{
public:
    MemoryFile(const std::uint8_t* bytes, std::size_t size)
        : m_file(::memfd_create("fuzz", MFD_CLOEXEC))
    {
        if (m_file < 0 || ::write(m_file, bytes, size) != static_cast<ssize_t>(size))
            std::abort();
    }

    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    ~MemoryFile() { ::close(m_file); }

    [[nodiscard]] std::filesystem::path path() const
    {
        return "/proc/self/fd/" + std::to_string(m_file);
    }

private:
    int m_file;
};

} // namespace tests
