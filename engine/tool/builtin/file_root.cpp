#include "engine/tool/builtin/file_root.h"

#include "tracestore/base/safe_text.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kLongestPath = 4096;

    /// -1 with errno ENOSYS where the kernel (or what stands in for it) has no openat2.
    int openBeneath(int root, const char* path, int flags)
    {
        open_how how {};
        how.flags = static_cast<__u64>(flags);
        how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
        return static_cast<int>(::syscall(SYS_openat2, root, path, &how, sizeof how));
    }

    /// The same step by step, without any symbolic link.
    int openStepwise(int root, const std::string& path, int flags)
    {
        OpenFile at(::fcntl(root, F_DUPFD_CLOEXEC, 0));
        std::size_t begin = 0;
        for (;;) {
            const std::size_t end = path.find('/', begin);
            const bool isLast = end == std::string::npos;
            const std::string step = path.substr(begin, end - begin);
            if (step == "..") {
                errno = EXDEV;
                return -1;
            }
            const int stepFlags = isLast ? flags : O_PATH | O_DIRECTORY | O_CLOEXEC;
            OpenFile next(::openat(
                at.descriptor(), step.empty() ? "." : step.c_str(), stepFlags | O_NOFOLLOW));
            if (next.descriptor() < 0 || isLast)
                return next.release();
            at = std::move(next);
            begin = end + 1;
        }
    }

    tracestore::Failure openFailure(const std::string& path, int error)
    {
        const std::string shown = '`' + tracestore::safeLine(path) + '`';
        switch (error) {
        case ENOENT:
            return fail(ErrorCode::NotFound, "There is no " + shown + '.');
        case EXDEV:
        case ELOOP:
            return fail(ErrorCode::Denied,
                        shown + " leads out of the folder that this tool may read.");
        case ENOTDIR:
            return fail(ErrorCode::Invalid, shown + " is no folder, or leads through a file.");
        case EACCES:
        case EPERM:
            return fail(ErrorCode::Denied, shown + " may not be read.");
        default:
            return fail(ErrorCode::Io, shown + " cannot be opened: " + std::strerror(error) + '.');
        }
    }

} // namespace

OpenFile::~OpenFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<std::shared_ptr<const FileRoot>> FileRoot::open(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::path real = std::filesystem::canonical(folder, error);
    if (error)
        return openFailure(folder.string(), error.value());
    OpenFile root(::open(real.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (root.descriptor() < 0)
        return openFailure(folder.string(), errno);
    return std::make_shared<const FileRoot>(std::move(real), std::move(root));
}

Result<std::string> FileRoot::relative(const std::string& path) const
{
    if (path.size() > kLongestPath || path.find('\0') != std::string::npos)
        return fail(ErrorCode::Invalid, "This is no path.");
    if (!path.starts_with('/'))
        return path.empty() ? "." : path;
    const std::string root = m_folder.string() + (m_folder == "/" ? "" : "/");
    if (path + '/' == root)
        return std::string(".");
    if (!path.starts_with(root))
        return openFailure(path, EXDEV);
    return path.substr(root.size());
}

Result<OpenFile> FileRoot::openBelow(const std::string& path, int flags) const
{
    const auto below = relative(path);
    if (!below)
        return fail(below.error());
    int descriptor = openBeneath(m_root.descriptor(), below->c_str(), flags);
    // A sandbox may answer EPERM to calls that it does not know.
    if (descriptor < 0 && (errno == ENOSYS || errno == EPERM))
        descriptor = openStepwise(m_root.descriptor(), *below, flags);
    if (descriptor < 0)
        return openFailure(path, errno);
    return OpenFile(descriptor);
}

Result<OpenFile> FileRoot::openFile(const std::string& path) const
{
    auto file = openBelow(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (!file)
        return file;

    struct stat facts
    { };

    if (::fstat(file->descriptor(), &facts) != 0)
        return openFailure(path, errno);
    if (S_ISDIR(facts.st_mode))
        return fail(ErrorCode::Invalid,
                    '`' + tracestore::safeLine(path) + "` is a folder, not a file.");
    if (!S_ISREG(facts.st_mode))
        return fail(ErrorCode::Denied, '`' + tracestore::safeLine(path) + "` is no regular file.");
    return file;
}

Result<OpenFile> FileRoot::openFolder(const std::string& path) const
{
    return openBelow(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
}

} // namespace engine
