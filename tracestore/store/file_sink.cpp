#include "tracestore/store/file_sink.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    Failure failFile(const fs::path& path)
    {
        const ErrorCode code = errno == EACCES || errno == EPERM || errno == EROFS
            ? ErrorCode::Denied
            : ErrorCode::Io;
        return fail(code, "Cannot write " + path.string() + ": " + std::strerror(errno) + ".");
    }

    /// A rename is safe only when the folder that holds the name is on the disk too.
    void syncFolder(const fs::path& folder)
    {
        const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor < 0)
            return;
        ::fsync(descriptor);
        ::close(descriptor);
    }

    fs::path folderOf(const fs::path& path)
    {
        return path.has_parent_path() ? path.parent_path() : fs::path(".");
    }

} // namespace

Result<std::unique_ptr<FileSink>> FileSink::create(const fs::path& path)
{
    std::error_code ignored;
    const fs::path target
        = fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
    if (target.empty() || !target.has_filename())
        return fail(ErrorCode::Unsupported, "Cannot write " + path.string() + ": not a file name.");

    struct stat info
    { };

    const bool isThere = ::stat(target.c_str(), &info) == 0;
    if (isThere && !S_ISREG(info.st_mode))
        return fail(ErrorCode::Unsupported,
                    "Cannot write " + path.string() + ": it is a folder or a device, not a file.");
    std::string temporary = target.string() + ".XXXXXX";
    const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (file < 0)
        return failFile(path);
    std::unique_ptr<FileSink> sink(new FileSink(target, std::move(temporary), file));
    if (isThere && ::fchmod(file, info.st_mode & 0777U) != 0)
        return failFile(path);
    return sink;
}

FileSink::FileSink(fs::path path, std::string temporary, int file)
    : m_path(std::move(path))
    , m_temporary(std::move(temporary))
    , m_file(file)
{ }

FileSink::~FileSink()
{
    if (m_file >= 0)
        ::close(m_file);
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

Result<void> FileSink::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return failWriting();
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> FileSink::commit()
{
    // A failed sync may have thrown the bytes away: it is never tried again.
    const bool isSynced = ::fsync(m_file) == 0;
    const bool isClosed = ::close(std::exchange(m_file, -1)) == 0;
    if (!isSynced || !isClosed || ::rename(m_temporary.c_str(), m_path.c_str()) != 0)
        return failWriting();
    m_temporary.clear();
    syncFolder(folderOf(m_path));
    return {};
}

Failure FileSink::failWriting() const
{
    return failFile(m_path);
}

} // namespace tracestore
