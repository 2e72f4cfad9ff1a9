#pragma once

#include "tracestore/base/result.h"

#include <filesystem>

namespace tracestore {

/// A file on its way to replace another, or to be new: written under a temporary name in the same
/// folder and renamed when it is whole. Until commit() succeeds, what was there stays as it is;
/// without it the temporary file goes with this object.
class FileReplacement
{
public:
    /// Makes the temporary file, empty and for its owner only. Invalid: the target is a folder or
    /// a device. Denied, NotFound, Io: no file can be made there. A link is followed.
    static Result<FileReplacement> begin(const std::filesystem::path& target);

    FileReplacement(FileReplacement&& other) noexcept;
    FileReplacement& operator=(FileReplacement&&) = delete;
    ~FileReplacement();

    /// The temporary file, to be written by its name.
    [[nodiscard]] const std::filesystem::path& path() const { return m_temporary; }

    /// Syncs the file, gives it its name, and syncs the folder.
    Result<void> commit();

private:
    FileReplacement(std::filesystem::path target, std::filesystem::path temporary);

    std::filesystem::path m_target;
    std::filesystem::path m_temporary; ///< empty when it is no longer ours
};

} // namespace tracestore
