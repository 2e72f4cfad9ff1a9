#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <memory>
#include <string>
#include <vector>

namespace tests {

struct ZipEntry
{
    std::string name;
    std::string content;
};

/// The bytes of a zip archive. Users link LibArchive.
inline std::string zipOf(const std::vector<ZipEntry>& entries)
{
    std::size_t room = 4096;
    for (const ZipEntry& entry : entries)
        room += 2 * entry.content.size() + 1024;
    std::string bytes(room, '\0');
    std::size_t used = 0;
    const std::unique_ptr<archive, int (*)(archive*)> packer(archive_write_new(),
                                                             archive_write_free);
    archive_write_set_format_zip(packer.get());
    archive_write_set_bytes_in_last_block(packer.get(), 1);
    archive_write_open_memory(packer.get(), bytes.data(), bytes.size(), &used);
    for (const ZipEntry& entry : entries) {
        const std::unique_ptr<archive_entry, void (*)(archive_entry*)> header(archive_entry_new(),
                                                                              archive_entry_free);
        archive_entry_set_pathname(header.get(), entry.name.c_str());
        archive_entry_set_filetype(header.get(), AE_IFREG);
        archive_entry_set_perm(header.get(), 0644);
        archive_entry_set_size(header.get(), static_cast<la_int64_t>(entry.content.size()));
        archive_write_header(packer.get(), header.get());
        archive_write_data(packer.get(), entry.content.data(), entry.content.size());
    }
    archive_write_close(packer.get());
    bytes.resize(used);
    return bytes;
}

} // namespace tests
