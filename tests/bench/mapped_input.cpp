#include "tests/bench/mapped_input.h"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <sys/mman.h>
#include <unistd.h>

namespace bench {
namespace {

    constexpr std::size_t kPadding = 4096;

    int openOrEnd(const std::filesystem::path& path)
    {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) {
            std::perror(path.c_str());
            std::exit(1);
        }
        return file;
    }

} // namespace

MappedInput::MappedInput(const std::filesystem::path& path)
    : m_size(std::filesystem::file_size(path))
    , m_mapped(m_size + kPadding)
{
    // The file lies on an anonymous mapping that is a page longer, which is the padding.
    const int file = openOrEnd(path);
    void* place
        = ::mmap(nullptr, m_mapped, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place == MAP_FAILED
        || ::mmap(place, m_size, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 0) == MAP_FAILED) {
        std::perror("mmap");
        std::exit(1);
    }
    ::close(file);
    m_bytes = static_cast<const char*>(place);
}

MappedInput::~MappedInput()
{
    ::munmap(const_cast<char*>(m_bytes), m_mapped); // NOLINT: it is ours
}

std::size_t readThrough(const std::filesystem::path& path)
{
    constexpr std::size_t kBlock = std::size_t {4} << 20U;
    const auto block = std::make_unique<char[]>(kBlock);
    const int file = openOrEnd(path);
    std::size_t total = 0;
    for (ssize_t got = 1; got > 0; total += static_cast<std::size_t>(got))
        got = ::read(file, block.get(), kBlock);
    ::close(file);
    return total;
}

} // namespace bench
