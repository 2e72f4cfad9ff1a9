#pragma once

#include "engine/replay/replay_test.h"
#include "engine/runtime/replay_probe.h"
#include "engine/runtime/replayed_run.h"
#include "engine/runtime/system_world.h"
#include "tracestore/recording/run_trace.h"

#include <QObject>

#include <memory>
#include <string>
#include <vector>

namespace engine {

/// One thing that a test wants, and whether it held.
struct TestVerdict
{
    std::string name; ///< `refund is called`
    std::string problem; ///< what was found instead; empty: it held

    bool operator==(const TestVerdict&) const = default;
};

/// Replays a recorded run by the policy of a test and looks whether what must hold does. Nothing
/// goes outside that the policy does not name. Engine's thread.
class ReplayTestRun : public QObject
{
    Q_OBJECT

public:
    /// `world` outlives this: for what the policy lets be live.
    ReplayTestRun(ReplayTest test, ReplayedRun run, RunWorld world);
    ~ReplayTestRun() override;

    void start();

    /// The first is whether it could be replayed at all.
    [[nodiscard]] const std::vector<TestVerdict>& verdicts() const { return m_verdicts; }

    [[nodiscard]] bool hasPassed() const;

signals:
    /// Once, from the event loop.
    void finished();

private:
    class Watcher;

    void judge();
    void add(std::string name, bool holds, std::string found);
    void judgeEnd();
    void judgeTools();
    void judgeOrder();
    void judgeSteps();
    void judgeBudget();

    ReplayTest m_test;
    std::shared_ptr<Watcher> m_watcher;
    std::unique_ptr<ReplayProbe> m_probe;
    std::vector<TestVerdict> m_verdicts;
};

} // namespace engine
