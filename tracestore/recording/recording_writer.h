#pragma once

#include "tracestore/base/result.h"
#include "tracestore/recording/recording_lock.h"
#include "tracestore/recording/run_event.h"

#include <filesystem>
#include <memory>

namespace tracestore {

/// Writes the log of a run to a .kymo file as it happens. Made and used on one thread, the
/// writer's; it waits for the disk. Nothing that was committed is ever lost: the journal is a WAL
/// with full sync, a failed sync is not tried again but ends the recording with an error. Until
/// close() the journal `FILE-wal` belongs to the file. Others may read it meanwhile (see
/// openRecording(), readRecording()); the program that records has its RunTrace for that.
class RecordingWriter
{
public:
    /// Begins a new recording. Invalid: the file is there already.
    static Result<std::unique_ptr<RecordingWriter>> create(const std::filesystem::path& path);

    /// Goes on with a recording that was interrupted. Denied: somebody is writing it. Invalid: it
    /// was closed, or is no recording. Corrupt: events are damaged; it can still be opened.
    static Result<std::unique_ptr<RecordingWriter>> resume(const std::filesystem::path& path);

    /// The same for who has the lock of the file already: nobody comes between.
    static Result<std::unique_ptr<RecordingWriter>> resume(const std::filesystem::path& path,
                                                           RecordingLock lock);

    RecordingWriter(const RecordingWriter&) = delete;
    RecordingWriter& operator=(const RecordingWriter&) = delete;
    virtual ~RecordingWriter() = default; ///< without close() the file stays marked as incomplete

    /// Takes an event into the open batch; its number must follow that of the one before.
    virtual Result<void> append(RunEventPtr event) = 0;

    Result<void> append(const RunEvent& event)
    {
        return append(std::make_shared<const RunEvent>(event));
    }

    /// Commits the batch and syncs it: when this succeeds, all events so far are saved.
    virtual Result<void> commit() = 0;

    /// The number of the last saved event; 0 for none.
    [[nodiscard]] virtual std::int64_t savedNumber() const = 0;

    /// Commits, derives the tables of sessions and spans, and leaves one file without a journal.
    virtual Result<void> close() = 0;

protected:
    RecordingWriter() = default;
};

} // namespace tracestore
