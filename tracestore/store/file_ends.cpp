#include "tracestore/store/file_ends.h"

#include <archive.h>
#include <archive_entry.h>
#include <fstream>
#include <memory>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    std::string readAt(const fs::path& path, std::uint64_t offset, std::size_t bytes)
    {
        std::ifstream file(path, std::ios::binary);
        file.seekg(static_cast<std::streamoff>(offset));
        std::string text(bytes, '\0');
        file.read(text.data(), static_cast<std::streamsize>(bytes));
        text.resize(static_cast<std::size_t>(file.gcount()));
        return text;
    }

    std::string unpackedHead(const fs::path& path, std::size_t bytes)
    {
        constexpr std::size_t kBlock = std::size_t {16} << 10U;
        const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(),
                                                                 archive_read_free);
        archive_read_support_filter_gzip(reader.get());
        archive_read_support_filter_zstd(reader.get());
        archive_read_support_format_raw(reader.get());
        archive_entry* entry = nullptr;
        if (archive_read_open_filename(reader.get(), path.c_str(), kBlock) != ARCHIVE_OK
            || archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK)
            return {};
        std::string text(bytes, '\0');
        std::size_t size = 0;
        while (size < bytes) {
            const auto more = archive_read_data(reader.get(), text.data() + size, bytes - size);
            if (more <= 0)
                break;
            size += static_cast<std::size_t>(more);
        }
        text.resize(size);
        return text;
    }

} // namespace

bool isPackedName(const fs::path& path)
{
    return path.extension() == ".gz" || path.extension() == ".zst";
}

std::string readFileHead(const fs::path& path, std::size_t bytes)
{
    return isPackedName(path) ? unpackedHead(path, bytes) : readAt(path, 0, bytes);
}

std::string readLastLines(const fs::path& path, std::uint64_t size, std::size_t bytes)
{
    if (size <= bytes)
        return readAt(path, 0, bytes);
    const std::string tail = readAt(path, size - bytes, bytes);
    const std::size_t lineEnd = tail.find('\n');
    return lineEnd == std::string::npos ? std::string() : tail.substr(lineEnd + 1);
}

} // namespace tracestore
