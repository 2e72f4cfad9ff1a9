#pragma once

#include "engine/run/gate.h"
#include "engine/run/run_observer.h"
#include "tracestore/recording/recording_writer.h"

#include <QObject>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace engine {

/// Writes the log of a run to its file on a thread of its own. Events are
/// written as they come and committed some ten milliseconds later, many at once, or at once where
/// somebody waits for the disk. Used on the engine's thread.
class Recorder : public QObject, public RunObserver, public SaveBarrier
{
    Q_OBJECT

public:
    /// Makes the writer, on the recorder's thread.
    using OpenWriter
        = std::function<tracestore::Result<std::unique_ptr<tracestore::RecordingWriter>>()>;

    explicit Recorder(OpenWriter open);
    ~Recorder() override; ///< saves what is queued and closes the file

    void onEvent(const RunEventPtr& event) override;

    void whenSaved(std::int64_t number,
                   std::function<void(tracestore::Result<void>)> then) override;

    /// Saves what is queued, closes the file and calls `then` with how that went.
    void close(std::function<void(tracestore::Result<void>)> then);

    /// The last event that is safe on the disk.
    [[nodiscard]] std::int64_t savedNumber() const { return m_saved; }

signals:
    /// Nothing can be recorded any more; what was saved is safe.
    void failed(const tracestore::Error& error, qint64 savedNumber);

private:
    struct Waiting
    {
        std::int64_t number = 0;
        std::function<void(tracestore::Result<void>)> then;
    };

    struct Batch
    {
        std::deque<RunEventPtr> events;
        bool isUrgent = false;
        bool isClosing = false;
    };

    void work(const OpenWriter& open);
    Batch takeBatch(bool isOpen);
    void reportSaved(std::int64_t number);
    void reportFailure(const tracestore::Error& error);
    void reportClosed(const tracestore::Result<void>& closed);

    // Between the threads.
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<RunEventPtr> m_queue;
    bool m_isUrgent = false; ///< somebody waits for the disk
    bool m_isClosing = false;
    bool m_isAsleep = false; ///< the thread has nothing to write or commit

    // Of the engine's thread.
    std::int64_t m_saved = 0;
    std::optional<tracestore::Error> m_error;
    std::vector<Waiting> m_waiting;
    std::function<void(tracestore::Result<void>)> m_closed;

    std::thread m_thread; ///< last: it uses the rest
};

} // namespace engine
