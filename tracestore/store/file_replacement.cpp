#include "tracestore/store/file_replacement.h"

#include <cerrno>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    Failure failErrno(int error, const fs::path& path)
    {
        const ErrorCode code = error == EACCES || error == EPERM || error == EROFS
            ? ErrorCode::Denied
            : ErrorCode::Io;
        return fail(code,
                    "Cannot write " + path.string() + ": " + std::generic_category().message(error)
                        + ".");
    }

    /// A rename is safe only when the folder that holds the name is on the disk too. Where the
    /// file system cannot do that, the file is there all the same.
    void syncFolder(const fs::path& folder)
    {
        const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor < 0)
            return;
        ::fsync(descriptor);
        ::close(descriptor);
    }

} // namespace

Result<FileReplacement> FileReplacement::begin(const fs::path& target)
{
    std::error_code error;
    fs::path resolved = fs::weakly_canonical(fs::absolute(target, error), error);
    if (error || !resolved.has_filename())
        return fail(ErrorCode::Unsupported,
                    "Cannot write " + target.string() + ": not a file name.");

    struct stat info
    { };

    const bool isThere = ::stat(resolved.c_str(), &info) == 0;
    if (isThere && !S_ISREG(info.st_mode))
        return fail(ErrorCode::Unsupported,
                    "Cannot write " + target.string()
                        + ": it is a folder or a device, not a file.");
    std::string temporary = resolved.string() + ".XXXXXX";
    const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (file < 0)
        return failErrno(errno, target);
    FileReplacement replacement(std::move(resolved), std::move(temporary), file);
    if (isThere && ::fchmod(file, info.st_mode & 0777U) != 0)
        return failErrno(errno, target);
    return replacement;
}

FileReplacement::FileReplacement(fs::path target, fs::path temporary, int file)
    : m_target(std::move(target))
    , m_temporary(std::move(temporary))
    , m_file(file)
{ }

FileReplacement::FileReplacement(FileReplacement&& other) noexcept
    : m_target(std::move(other.m_target))
    , m_temporary(std::exchange(other.m_temporary, fs::path()))
    , m_file(std::exchange(other.m_file, -1))
{ }

FileReplacement::~FileReplacement()
{
    if (m_file >= 0)
        ::close(m_file);
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

Result<void> FileReplacement::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return failWriting(errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> FileReplacement::commit()
{
    // A failed sync may have thrown the bytes away: it is never tried again.
    const int syncError = ::fsync(m_file) == 0 ? 0 : errno;
    const int closeError = ::close(std::exchange(m_file, -1)) == 0 ? 0 : errno;
    if (syncError != 0 || closeError != 0)
        return failWriting(syncError != 0 ? syncError : closeError);
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        return failWriting(errno);
    m_temporary.clear();
    syncFolder(m_target.parent_path());
    return {};
}

Failure FileReplacement::failWriting(int error) const
{
    return failErrno(error, m_target);
}

} // namespace tracestore
