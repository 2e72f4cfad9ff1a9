#pragma once

#include "engine/run/run_observer.h"
#include "tracestore/recording/recording_lock.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace engine {

/// The log of a run: of one that was interrupted with the sole right to go on with it, or of any to
/// do it again. Movable.
class RecordedRun
{
public:
    /// Takes the right and reads the log; the file is not changed. Denied: somebody writes it.
    /// Invalid: there is nothing to go on with, the message says why. Corrupt: it is damaged. Any
    /// thread.
    static tracestore::Result<RecordedRun> read(const std::filesystem::path& file);

    /// Reads the log of any run, finished or not, also while it is written; takes no right and
    /// changes nothing. Invalid, Corrupt: as above. Any thread.
    static tracestore::Result<RecordedRun> readWhole(const std::filesystem::path& file);

    /// A log that is in memory already; the first event is a RunStarted.
    static RecordedRun
    ofEvents(std::filesystem::path file, std::vector<RunEventPtr> events, bool isComplete);

    [[nodiscard]] const std::filesystem::path& file() const { return m_file; }

    [[nodiscard]] const std::vector<RunEventPtr>& events() const { return m_events; }

    [[nodiscard]] const tracestore::RunStarted& started() const;

    /// The outermost agent began to work.
    [[nodiscard]] bool hasBegun() const { return m_lastStart != nullptr; }

    /// What the user asked last.
    [[nodiscard]] const std::string& lastInput() const;

    /// The outermost agent has answered all that it was asked: it waits for the user.
    [[nodiscard]] bool isIdle() const;

    /// What the outermost agent answered last, where it is idle.
    [[nodiscard]] const tracestore::AgentEnded* lastAnswer() const;

    /// The run was recorded to its end.
    [[nodiscard]] bool isComplete() const { return m_isComplete; }

    /// Nobody else writes the file as long as this lives; null where it was read as a whole.
    [[nodiscard]] const std::shared_ptr<tracestore::RecordingLock>& lock() const { return m_lock; }

private:
    explicit RecordedRun(std::filesystem::path file)
        : m_file(std::move(file))
    { }

    void add(RunEventPtr event);

    std::filesystem::path m_file;
    std::shared_ptr<tracestore::RecordingLock> m_lock;
    bool m_isComplete = false;
    std::vector<RunEventPtr> m_events; ///< the first is a RunStarted
    const tracestore::AgentStarted* m_lastStart = nullptr; ///< of the outermost agent
    const tracestore::AgentEnded* m_lastEnd = nullptr; ///< behind it
};

/// The path of the outermost agent above one: `manager` of `manager/researcher`.
std::string_view rootOf(std::string_view agent);

} // namespace engine
