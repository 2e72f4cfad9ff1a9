#include "tracestore/recording/recording_file.h"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace tracestore {

Result<void> makeRecordingFile(const std::filesystem::path& path)
{
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
        ::close(file);
        return {};
    }
    if (errno == EEXIST)
        return fail(ErrorCode::Invalid,
                    path.string()
                        + " is there already; a recording never replaces a file. "
                          "Name another.");
    return fail(errno == EACCES || errno == EROFS ? ErrorCode::Denied : ErrorCode::Io,
                "Cannot write " + path.string() + ": " + std::generic_category().message(errno)
                    + ".");
}

} // namespace tracestore
