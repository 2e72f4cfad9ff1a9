#include "tracestore/store/zip_text.h"

#include "tracestore/base/json_io.h"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>

namespace tracestore {
namespace {

    std::string nameOf(archive_entry* entry)
    {
        // Each gives null where the name is not of its encoding.
        const char* name = archive_entry_pathname_utf8(entry);
        if (name == nullptr)
            name = archive_entry_pathname(entry);
        return name == nullptr ? std::string() : name;
    }

} // namespace

ssize_t ZipText::read(char* to, std::size_t size)
{
    for (;;) {
        if (m_given < m_pending.size()) {
            const std::size_t given = std::min(size, m_pending.size() - m_given);
            std::copy_n(m_pending.data() + m_given, given, to);
            m_given += given;
            return static_cast<ssize_t>(given);
        }
        if (!m_isInEntry) {
            if (!nextEntry())
                return 0;
            continue;
        }
        const ssize_t got = archive_read_data(m_reader, to, size);
        if (got > 0)
            return got;
        if (got < 0 && m_damage.empty())
            m_damage = "The archive is damaged: " + m_name
                + " could not be unpacked to its end. What could be unpacked was read.";
        m_isInEntry = false;
        m_pending = "\n";
        m_given = 0;
    }
}

bool ZipText::nextEntry()
{
    archive_entry* entry = nullptr;
    for (;;) {
        const int result = archive_read_next_header(m_reader, &entry);
        if (result == ARCHIVE_EOF)
            return false;
        if (result < ARCHIVE_WARN) {
            if (m_damage.empty())
                m_damage = "The archive is damaged or cut off; what could be unpacked was read.";
            return false;
        }
        if (archive_entry_filetype(entry) == AE_IFREG)
            break;
    }
    if (++m_entries > kMaxEntries) {
        m_damage = "The archive has more than 200,000 entries; the first were read.";
        return false;
    }
    m_name = nameOf(entry);
    m_pending = std::string(kEntryLineStart) + quoteJson(m_name) + "}\n";
    m_given = 0;
    m_isInEntry = true;
    return true;
}

} // namespace tracestore
