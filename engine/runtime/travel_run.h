#pragma once

#include "engine/runtime/engine_service.h"
#include "engine/travel/travel_session.h"

namespace engine {

/// A trace that one goes through, told as a run: the figures are those up to where one stands.
/// Lives on the engine's thread.
class TravelRun : public QObject
{
    Q_OBJECT

public:
    /// Clock, pool and `home` outlive it, `home` the work of the pool too.
    TravelRun(RunId id,
              const TravelRequest& request,
              const tracestore::Clock& clock,
              QThreadPool& pool,
              QObject& home);

    void start();

    void debug(const DebugOrder& order) { m_session.take(order); }

    [[nodiscard]] const RunStatus& status() const { return m_status; }

signals:
    void statusChanged();
    void stepInspected(const engine::StepInspection& step);
    void evaluated(const engine::Evaluation& value);
    void debugLogged(const engine::DebugLine& line);

private:
    void update();
    void describe(const tracestore::Trace& trace, tracestore::SessionId session);

    TravelRequest m_request;
    RunStatus m_status;
    TravelSession m_session;
};

} // namespace engine
