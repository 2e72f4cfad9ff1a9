#include "tracestore/store/file_replacement.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    Failure failErrno(int error, const std::string& what)
    {
        const ErrorCode code = error == ENOENT                    ? ErrorCode::NotFound
            : error == EACCES || error == EPERM || error == EROFS ? ErrorCode::Denied
                                                                  : ErrorCode::Io;
        return fail(code, what + ": " + std::strerror(error) + ".");
    }

    /// 0, or why it cannot be synced. Never tried twice: what failed once may be lost already,
    /// and the second try says that all is well.
    int syncByName(const fs::path& path)
    {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0)
            return errno;
        const int error = ::fsync(file) == 0 ? 0 : errno;
        ::close(file);
        return error;
    }

} // namespace

Result<FileReplacement> FileReplacement::begin(const fs::path& target)
{
    std::error_code error;
    fs::path resolved = fs::weakly_canonical(fs::absolute(target, error), error);
    if (error || resolved.filename().empty())
        return fail(ErrorCode::Invalid, target.string() + " does not name a file.");
    const fs::file_status status = fs::status(resolved, error);
    if (fs::exists(status) && !fs::is_regular_file(status))
        return fail(ErrorCode::Invalid,
                    target.string() + " is not a file that can be replaced. Name another.");
    std::string name = (resolved.parent_path() / ".kymo-XXXXXX").string();
    const int file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0)
        return failErrno(errno, "Cannot make a file in " + resolved.parent_path().string());
    ::close(file);
    return FileReplacement(std::move(resolved), name);
}

FileReplacement::FileReplacement(fs::path target, fs::path temporary)
    : m_target(std::move(target))
    , m_temporary(std::move(temporary))
{ }

FileReplacement::FileReplacement(FileReplacement&& other) noexcept
    : m_target(std::move(other.m_target))
    , m_temporary(std::exchange(other.m_temporary, fs::path()))
{ }

FileReplacement::~FileReplacement()
{
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

Result<void> FileReplacement::commit()
{
    if (const int error = syncByName(m_temporary); error != 0)
        return failErrno(error, "Cannot bring " + m_target.string() + " to the disk");
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        return failErrno(errno, "Cannot give " + m_target.string() + " its name");
    m_temporary.clear();
    if (const int error = syncByName(m_target.parent_path()); error != 0)
        return failErrno(error,
                         m_target.string()
                             + " was saved, but its folder could not be brought to the disk");
    return {};
}

} // namespace tracestore
