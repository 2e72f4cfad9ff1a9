#pragma once

#include "tracestore/base/result.h"

#include <filesystem>
#include <string>

namespace tracestore {

/// The database file as it was last committed: the file itself with the pages of the journal
/// (-wal) beside it put over its own, ready to be opened as one image. Nothing is locked or written
/// and no index beside it (-shm) is made, so a file may be read that another program is writing
/// just now, or that lies where nothing can be written. What is in the journal is believed as far
/// as its checksums go. Limit: larger than 4 GiB. Io: cannot be read, or was rewritten again and
/// again while it was read.
Result<std::string> readCommittedImage(const std::filesystem::path& path);

} // namespace tracestore
