#pragma once

#include "tracestore/base/result.h"

#include <filesystem>

namespace tracestore {

/// Says to all programs that a recording is being written, as long as it lives. It locks a byte
/// that SQLite does not use, in the way (open file description locks) that outlives what SQLite's
/// own locks do not: that any other part of the same program opens and closes the file.
class RecordingLock
{
public:
    /// Denied: somebody else holds it.
    static Result<RecordingLock> take(const std::filesystem::path& path);

    /// Waits until it is free, for files that nobody writes for longer than a moment.
    static Result<RecordingLock> wait(const std::filesystem::path& path);

    /// Whether somebody holds it, this program or another. False where it cannot be told.
    static bool isHeld(const std::filesystem::path& path);

    RecordingLock(RecordingLock&& other) noexcept;
    RecordingLock& operator=(RecordingLock&&) = delete;
    ~RecordingLock();

private:
    static Result<RecordingLock> open(const std::filesystem::path& path);

    explicit RecordingLock(int file)
        : m_file(file)
    { }

    int m_file;
};

} // namespace tracestore
