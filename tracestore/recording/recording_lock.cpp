#include "tracestore/recording/recording_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tracestore {
namespace {

    /// Far behind the 510 bytes from 0x40000000 on that SQLite locks. No file need be so long.
    constexpr off_t kLockedByte = 0x4B59'4D4F;

    struct flock lockOfByte()
    {
        struct flock lock
        { };

        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        lock.l_start = kLockedByte;
        lock.l_len = 1;
        return lock;
    }

} // namespace

Result<RecordingLock> RecordingLock::open(const std::filesystem::path& path)
{
    RecordingLock opened(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (opened.m_file < 0)
        return fail(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Denied,
                    "Cannot write " + path.string() + ": " + std::generic_category().message(errno)
                        + ".");
    return opened;
}

Result<RecordingLock> RecordingLock::take(const std::filesystem::path& path)
{
    auto taken = open(path);
    if (!taken)
        return taken;
    auto lock = lockOfByte();
    if (::fcntl(taken->m_file, F_OFD_SETLK, &lock) != 0 && (errno == EAGAIN || errno == EACCES))
        return fail(ErrorCode::Denied,
                    path.string()
                        + " is being written by a run that is under way. It can be "
                          "opened, but not gone on with.");
    return taken;
}

Result<RecordingLock> RecordingLock::wait(const std::filesystem::path& path)
{
    auto taken = open(path);
    if (!taken)
        return taken;
    auto lock = lockOfByte();
    int done = 0;
    do
        done = ::fcntl(taken->m_file, F_OFD_SETLKW, &lock);
    while (done != 0 && errno == EINTR);
    return taken;
}

bool RecordingLock::isHeld(const std::filesystem::path& path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    auto lock = lockOfByte();
    const bool isTold = ::fcntl(file, F_OFD_GETLK, &lock) == 0;
    ::close(file);
    return isTold && lock.l_type != F_UNLCK;
}

RecordingLock::RecordingLock(RecordingLock&& other) noexcept
    : m_file(std::exchange(other.m_file, -1))
{ }

RecordingLock::~RecordingLock()
{
    if (m_file >= 0)
        ::close(m_file);
}

} // namespace tracestore
