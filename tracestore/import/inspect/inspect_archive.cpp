#include "tracestore/import/inspect/inspect_archive.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/store/zip_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    std::string nameOf(std::string_view line)
    {
        const auto entry = parseJson(line);
        return entry ? plainTextOf(*entry, {"kymo.entry"}) : std::string();
    }

} // namespace

bool isArchiveText(std::string_view text)
{
    return text.starts_with(kEntryLineStart);
}

std::vector<ArchiveEntry> archiveEntriesOf(const PlacedJson& whole)
{
    // No JSON holds a line feed within a text, so no content looks like the line of an entry.
    static const std::string kNextEntry = '\n' + std::string(kEntryLineStart);
    std::vector<ArchiveEntry> entries;
    std::size_t at = 0;
    while (at < whole.text.size()) {
        const std::size_t lineEnd = std::min(whole.text.find('\n', at), whole.text.size());
        const std::size_t start = std::min(lineEnd + 1, whole.text.size());
        // Of an empty entry the line feed before its content is that before the next one.
        const std::size_t end = std::min(whole.text.find(kNextEntry, lineEnd), whole.text.size());
        const std::size_t length = end > start ? end - start : 0;
        entries.push_back({nameOf(whole.text.substr(at, lineEnd - at)),
                           {whole.text.substr(start, length),
                            {whole.place.file, whole.place.offset + start, length}}});
        at = end + 1;
    }
    return entries;
}

} // namespace tracestore
