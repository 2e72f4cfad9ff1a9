#pragma once

#include "tracestore/import/reading/json_record.h"

namespace tracestore {

/// An entry of an archive that ByteSource has unpacked into one text.
struct ArchiveEntry
{
    std::string name;
    PlacedJson content;
};

/// Whether a text is that of an unpacked archive.
bool isArchiveText(std::string_view text);

/// The entries of such a text, in its order. `whole` may be cut: the last is then shorter.
std::vector<ArchiveEntry> archiveEntriesOf(const PlacedJson& whole);

} // namespace tracestore
