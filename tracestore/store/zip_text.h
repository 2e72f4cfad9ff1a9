#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <sys/types.h>

struct archive;

namespace tracestore {

/// How a line begins that tells of an entry of an archive that was unpacked into one text:
/// `{"kymo.entry":"header.json"}`, then the entry's content and a line feed.
inline constexpr std::string_view kEntryLineStart = "{\"kymo.entry\":";

/// Reads the entries of a zip archive as one text. One thread; the archive outlives it and is
/// read by nobody else.
class ZipText
{
public:
    /// Archives of more entries are made to keep us busy.
    static constexpr std::size_t kMaxEntries = 200'000;

    explicit ZipText(archive* reader)
        : m_reader(reader)
    { }

    /// The next bytes; 0 at the end, also where the archive is broken: then damage() says so.
    ssize_t read(char* to, std::size_t size);

    /// Empty, or what could not be unpacked.
    [[nodiscard]] const std::string& damage() const { return m_damage; }

    [[nodiscard]] std::size_t entries() const { return m_entries; }

private:
    bool nextEntry();

    archive* m_reader;
    std::string m_pending; ///< of our own: entry lines and the line feeds behind contents
    std::size_t m_given = 0; ///< of pending
    std::string m_name;
    bool m_isInEntry = false;
    std::size_t m_entries = 0;
    std::string m_damage;
};

} // namespace tracestore
