#pragma once

#include "engine/replay/replay_clock.h"
#include "engine/runtime/replayed_run.h"
#include "engine/runtime/run_session.h"
#include "engine/runtime/system_world.h"

#include <QObject>

#include <memory>
#include <optional>
#include <string>

namespace engine {

/// What a recording that was done again as a whole has shown.
struct ReplayCheckReport
{
    std::optional<ReplayDivergence> divergence; ///< the first; nothing: all is the same
    std::string problem; ///< why it could not be done again at all; else empty
    std::int64_t events = 0; ///< of the recording
    std::int64_t steps = 0; ///< calls of models and tools, all attempts

    [[nodiscard]] bool isSame() const { return !divergence && problem.empty(); }
};

/// Does a recording again, from its start to its end, and compares every fact. Nothing happens
/// outside; neither time, place, environment nor chance of the machine can be seen by it. Engine's
/// thread.
class ReplayCheck : public QObject
{
    Q_OBJECT

public:
    explicit ReplayCheck(ReplayedRun run);
    ~ReplayCheck() override;

    void start();

    [[nodiscard]] const ReplayCheckReport& report() const { return m_report; }

    /// Of the run that is done again, for who watches it.
    [[nodiscard]] RunSession& session() { return *m_session; }

signals:
    /// Once, from the event loop.
    void finished();

private:
    void onStatus();

    SystemClock m_real;
    ReplayClock m_clock;
    ReplayRandom m_random;
    ReplayCheckReport m_report;
    std::optional<ReplayedRun> m_run; ///< until it starts
    std::unique_ptr<RunSession> m_session;
};

} // namespace engine
