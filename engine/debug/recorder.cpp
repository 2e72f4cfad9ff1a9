#include "engine/debug/recorder.h"

#include <QMetaObject>

#include <chrono>

namespace engine {

using tracestore::Error;
using tracestore::fail;
using tracestore::RecordingWriter;
using tracestore::Result;

namespace {

    /// How long a batch may grow where nobody waits for it: a disk does some hundred syncs a
    /// second.
    constexpr std::chrono::milliseconds kBatchTime {15};

} // namespace

Recorder::Recorder(OpenWriter open)
    : m_thread([this, open = std::move(open)] { work(open); })
{ }

Recorder::~Recorder()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isClosing = true;
    }
    m_wake.notify_one();
    if (m_thread.joinable())
        m_thread.join();
}

void Recorder::onEvent(const RunEventPtr& event)
{
    bool isFirst = false;
    {
        const std::lock_guard lock(m_mutex);
        isFirst = m_queue.empty();
        m_queue.push_back(event);
    }
    // The thread lets a batch grow for a while: what comes meanwhile need not wake it.
    if (isFirst)
        m_wake.notify_one();
}

void Recorder::whenSaved(std::int64_t number, std::function<void(Result<void>)> then)
{
    if (m_error) {
        QMetaObject::invokeMethod(
            this, [this, then = std::move(then)] { then(fail(*m_error)); }, Qt::QueuedConnection);
        return;
    }
    if (number <= m_saved) {
        QMetaObject::invokeMethod(
            this, [then = std::move(then)] { then({}); }, Qt::QueuedConnection);
        return;
    }
    m_waiting.push_back({number, std::move(then)});
    {
        const std::lock_guard lock(m_mutex);
        m_isUrgent = true;
    }
    m_wake.notify_one();
}

void Recorder::close(std::function<void(Result<void>)> then)
{
    m_closed = std::move(then);
    {
        const std::lock_guard lock(m_mutex);
        m_isClosing = true;
    }
    m_wake.notify_one();
}

bool Recorder::takeBatch(std::deque<RunEventPtr>& batch, bool& isClosing)
{
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return !m_queue.empty() || m_isClosing; });
    m_wake.wait_for(lock, kBatchTime, [this] { return m_isUrgent || m_isClosing; });
    batch = std::exchange(m_queue, {});
    m_isUrgent = false;
    isClosing = m_isClosing;
    return !batch.empty();
}

Result<void> Recorder::save(RecordingWriter& writer, const std::deque<RunEventPtr>& batch)
{
    for (const RunEventPtr& event : batch) {
        if (auto appended = writer.append(event); !appended)
            return appended;
    }
    return writer.commit();
}

void Recorder::work(const OpenWriter& open)
{
    auto writer = open();
    Result<void> state = writer ? Result<void>() : Result<void>(fail(writer.error()));
    if (!state)
        reportFailure(state.error());
    std::deque<RunEventPtr> batch;
    for (bool isClosing = false; !isClosing;) {
        if (!takeBatch(batch, isClosing) || !state)
            continue; // after a failure the queue is emptied and no more
        state = save(**writer, batch);
        if (state)
            reportSaved((*writer)->savedNumber());
        else
            reportFailure(state.error());
    }
    reportClosed(state ? (*writer)->close() : state);
}

void Recorder::reportSaved(std::int64_t number)
{
    QMetaObject::invokeMethod(
        this,
        [this, number] {
            m_saved = number;
            std::vector<Waiting> later;
            for (Waiting& waiting : std::exchange(m_waiting, {})) {
                if (waiting.number <= number)
                    waiting.then({});
                else
                    later.push_back(std::move(waiting));
            }
            // Who was called may have asked for more.
            m_waiting.insert(m_waiting.begin(),
                             std::make_move_iterator(later.begin()),
                             std::make_move_iterator(later.end()));
        },
        Qt::QueuedConnection);
}

void Recorder::reportFailure(const Error& error)
{
    QMetaObject::invokeMethod(
        this,
        [this, error] {
            m_error = error;
            for (const Waiting& waiting : std::exchange(m_waiting, {}))
                waiting.then(fail(error));
            emit failed(error, m_saved);
        },
        Qt::QueuedConnection);
}

void Recorder::reportClosed(const Result<void>& closed)
{
    QMetaObject::invokeMethod(
        this,
        [this, closed] {
            if (m_closed)
                std::exchange(m_closed, {})(closed);
        },
        Qt::QueuedConnection);
}

} // namespace engine
