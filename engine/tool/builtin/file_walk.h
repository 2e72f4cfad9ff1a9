#pragma once

#include "engine/tool/builtin/file_root.h"
#include "tracestore/base/job.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace engine {

struct WalkedFile
{
    std::string path; ///< relative to the root
    bool isFolder = false;
    bool isLink = false;
    std::int64_t size = 0;
};

/// What of a folder is looked at.
struct FileWalk
{
    std::string folder; ///< where it begins; empty: the root
    std::string pattern; ///< of file names, with * and ?; empty: all
    bool isRecursive = false;
    std::size_t mostEntries = 100'000; ///< looked at in all, whether they fit or not
};

/// Visits files and folders in the order of their names, no deeper than 32 folders, without
/// following links; `visit` says whether to go on. False where the walk ended early: by `visit` or
/// its limits. Fails where the first folder cannot be read, or with Cancelled.
tracestore::Result<bool> walkFiles(const FileRoot& root,
                                   const FileWalk& walk,
                                   const tracestore::Job& job,
                                   const std::function<bool(const WalkedFile&)>& visit);

/// All of a file up to `most` bytes, one more where there are more.
tracestore::Result<std::string> readUpTo(const OpenFile& file, std::size_t most);

/// Whether a text is none, but some other kind of file.
bool isBinary(std::string_view content);

} // namespace engine
