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
    /// Makes the temporary file, empty. It is readable by its owner only; one that replaces another
    /// takes over its permissions. A link is followed. Unsupported: the target is a folder or a
    /// device, or no name. Denied, Io: no file can be made there.
    static Result<FileReplacement> begin(const std::filesystem::path& target);

    FileReplacement(FileReplacement&& other) noexcept;
    FileReplacement& operator=(FileReplacement&&) = delete;
    ~FileReplacement();

    /// The temporary file, for those who write it by its name.
    [[nodiscard]] const std::filesystem::path& path() const { return m_temporary; }

    /// Writes at the end of the temporary file.
    Result<void> write(std::string_view bytes);

    /// Syncs the file, gives it its name, and syncs the folder. Nothing is written after it.
    Result<void> commit();

private:
    FileReplacement(std::filesystem::path target, std::filesystem::path temporary, int file);

    [[nodiscard]] Failure failWriting(int error) const;

    std::filesystem::path m_target;
    std::filesystem::path m_temporary; ///< empty when it is no longer ours
    int m_file;
};

} // namespace tracestore
