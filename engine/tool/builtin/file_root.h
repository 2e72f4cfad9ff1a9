#pragma once

#include "tracestore/base/result.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace engine {

/// A file descriptor that is closed with its owner.
class OpenFile
{
public:
    explicit OpenFile(int descriptor)
        : m_descriptor(descriptor)
    { }

    OpenFile(OpenFile&& other) noexcept
        : m_descriptor(std::exchange(other.m_descriptor, -1))
    { }

    OpenFile& operator=(OpenFile&& other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }

    ~OpenFile();

    [[nodiscard]] int descriptor() const { return m_descriptor; }

    /// For one who closes it himself.
    [[nodiscard]] int release() { return std::exchange(m_descriptor, -1); }

private:
    int m_descriptor;
};

/// A folder below which files may be read, and nothing else: the kernel resolves each path below it
/// (openat2 with RESOLVE_BENEATH), so that neither `..` nor a symbolic link leads out, also not one
/// that is put there while we look. Where the kernel has no openat2, links are not followed at all.
/// Any thread.
class FileRoot
{
public:
    /// NotFound, Denied or Io: it is no folder that can be read.
    static tracestore::Result<std::shared_ptr<const FileRoot>>
    open(const std::filesystem::path& folder);

    /// A regular file for reading. `path` is relative, or absolute and below the root. Denied: it
    /// leads out, or is no regular file; opening a pipe or a device never waits.
    [[nodiscard]] tracestore::Result<OpenFile> openFile(const std::string& path) const;

    /// A folder for listing; an empty path is the root.
    [[nodiscard]] tracestore::Result<OpenFile> openFolder(const std::string& path) const;

    FileRoot(std::filesystem::path folder, OpenFile descriptor)
        : m_folder(std::move(folder))
        , m_root(std::move(descriptor))
    { }

private:
    [[nodiscard]] tracestore::Result<std::string> relative(const std::string& path) const;
    [[nodiscard]] tracestore::Result<OpenFile> openBelow(const std::string& path, int flags) const;

    std::filesystem::path m_folder;
    OpenFile m_root;
};

} // namespace engine
