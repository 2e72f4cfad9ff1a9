#pragma once

#include "engine/replay/recording_doctor.h"
#include "engine/runtime/replay_check.h"
#include "engine/runtime/replay_probe.h"

#include <QObject>

#include <memory>
#include <vector>

namespace engine {

/// Finds what makes an agent irreproducible: examines a recording, and does the run again as it is,
/// with parallel outcomes in the opposite order, and at another time. Nothing happens outside.
/// Engine's thread.
class ReplayDoctor : public QObject
{
    Q_OBJECT

public:
    explicit ReplayDoctor(ReplayedRun run);
    ~ReplayDoctor() override;

    void start();

    /// Those that made a difference first.
    [[nodiscard]] const std::vector<DoctorFinding>& findings() const { return m_findings; }

    /// Why the run could not be done again; else empty.
    [[nodiscard]] const std::string& problem() const { return m_problem; }

signals:
    /// Once, from the event loop.
    void finished();

private:
    [[nodiscard]] ReplayedRun runOf(std::vector<RunEventPtr> events) const;
    void checkOrder();
    void checkClock();
    void finish();

    SystemClock m_clock;
    SystemRandom m_random;
    ReplayedRun m_run;
    std::vector<DoctorFinding> m_findings;
    std::string m_problem;
    std::unique_ptr<ReplayCheck> m_asItIs;
    std::unique_ptr<ReplayCheck> m_reversed;
    std::unique_ptr<ReplayProbe> m_later;
};

} // namespace engine
