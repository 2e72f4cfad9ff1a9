#include "engine/run/recorder.h"

#include <QMetaObject>

#include <chrono>

namespace engine {

using tracestore::Error;
using tracestore::fail;
using tracestore::RecordingWriter;
using tracestore::Result;

namespace {

    /// How long events may wait for their commit where nobody waits for it: a disk does some
    /// hundred syncs a second.
    constexpr std::chrono::milliseconds kCommitTime {15};

    /// How often they are fetched meanwhile, so that they are written while the run goes on.
    constexpr std::chrono::milliseconds kLookTime {2};

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
    bool isAsleep = false;
    {
        const std::lock_guard lock(m_mutex);
        isAsleep = m_isAsleep;
        m_queue.push_back(event);
    }
    // Otherwise the thread comes by itself: to wake it costs more than all else here.
    if (isAsleep)
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

Recorder::Batch Recorder::takeBatch(bool isOpen)
{
    std::unique_lock lock(m_mutex);
    const auto isPressed = [this] { return m_isUrgent || m_isClosing; };
    if (!isOpen) {
        m_isAsleep = true;
        m_wake.wait(lock, [&] { return !m_queue.empty() || isPressed(); });
        m_isAsleep = false;
    }
    m_wake.wait_for(lock, kLookTime, isPressed);
    return {std::exchange(m_queue, {}), std::exchange(m_isUrgent, false), m_isClosing};
}

void Recorder::work(const OpenWriter& open)
{
    using Clock = std::chrono::steady_clock;
    auto writer = open();
    Result<void> state = writer ? Result<void>() : Result<void>(fail(writer.error()));
    if (!state)
        reportFailure(state.error());
    std::optional<Clock::time_point> openSince; // of what is written and not committed
    for (bool isClosing = false; !isClosing;) {
        const Batch batch = takeBatch(openSince.has_value());
        isClosing = batch.isClosing;
        if (!state)
            continue; // after a failure the queue is emptied and no more
        if (!batch.events.empty() && !openSince)
            openSince = Clock::now();
        for (auto event = batch.events.begin(); state && event != batch.events.end(); ++event)
            state = (*writer)->append(*event);
        const bool isDue = batch.isUrgent || isClosing
            || (openSince && Clock::now() - *openSince >= kCommitTime);
        if (state && openSince && isDue) {
            state = (*writer)->commit();
            openSince.reset();
            if (state)
                reportSaved((*writer)->savedNumber());
        }
        if (!state)
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
