#pragma once

#include "engine/runtime/prepared_replay.h"
#include "engine/runtime/replayed_run.h"
#include "engine/runtime/system_world.h"

#include <QObject>

#include <memory>
#include <optional>

namespace engine {

/// Replays a run by a policy until it has its last answer, or until something is asked: nobody is
/// there to answer. Nothing is kept. Engine's thread.
class ReplayProbe : public QObject
{
    Q_OBJECT

public:
    /// `observer` may be null.
    ReplayProbe(ReplayedRun run,
                ReplayPolicy policy,
                RunWorld world,
                std::shared_ptr<RunObserver> observer = nullptr);
    ~ReplayProbe() override;

    void start();

    /// What was asked first; nothing: all had its outcome.
    [[nodiscard]] const std::optional<ReplayQuestion>& question() const { return m_question; }

    /// Of the run as it ended, or stood when it asked.
    [[nodiscard]] const RunStatus& status() const { return m_session->status(); }

signals:
    /// Once, from the event loop, when all of it is closed.
    void finished();

private:
    void onStatus();
    void close();

    std::unique_ptr<RunSession> m_session;
    std::optional<ReplayStart> m_start; ///< until it starts
    std::optional<ReplayQuestion> m_question;
    bool m_isClosing = false;
};

/// The world of runs that need nothing of the machine but its clock, which outlives them.
RunWorld closedWorld(const tracestore::Clock& clock, tracestore::Random& random);

} // namespace engine
