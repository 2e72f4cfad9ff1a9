#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace bench {

/// A file mapped read-only with readable bytes behind it, for the readers that we are measured by.
class MappedInput
{
public:
    explicit MappedInput(const std::filesystem::path& path);
    MappedInput(const MappedInput&) = delete;
    MappedInput& operator=(const MappedInput&) = delete;
    ~MappedInput();

    [[nodiscard]] std::string_view text() const { return {m_bytes, m_size}; }

private:
    const char* m_bytes = nullptr;
    std::size_t m_size = 0;
    std::size_t m_mapped = 0;
};

/// Reads a file in blocks of 4 MiB and throws them away; gives its size.
std::size_t readThrough(const std::filesystem::path& path);

} // namespace bench
