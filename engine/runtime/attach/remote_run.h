#pragma once

#include "engine/runtime/attach/event_lines.h"
#include "engine/runtime/attach/json_lines.h"
#include "engine/runtime/engine_service.h"
#include "engine/runtime/run_feed.h"

#include <QLocalSocket>
#include <QObject>

#include <memory>

namespace engine {

/// A run of another program to which this one is attached: tells of it what a RunSession tells, and
/// takes the same orders there. When this object goes the run stays as it is. Lives on the engine's
/// thread.
class RemoteRun : public QObject
{
    Q_OBJECT

public:
    RemoteRun(RunId id, const QString& nameOrPath);
    ~RemoteRun() override;

    /// Connects; what goes wrong with it is told by the status.
    void open();

    void say(const QString& text);
    void stop();
    void answer(const std::string& effect, const QString& text);
    void debug(const DebugOrder& order);

    [[nodiscard]] const RunStatus& status() const { return m_status; }

    /// Of its trace and texts.
    [[nodiscard]] RunFeed& feed() const { return *m_feed; }

signals:
    void statusChanged();
    void logged(const QString& line);
    void stepInspected(const engine::StepInspection& step);
    void evaluated(const engine::Evaluation& value);
    void debugLogged(const engine::DebugLine& line);
    void setupTold(const engine::DebugSetup& setup);

private:
    void greet();
    void read();
    tracestore::Result<void> take(const nlohmann::json& line);
    tracestore::Result<void> takeSetup(const nlohmann::json& from);
    tracestore::Result<void> takeStatus(const nlohmann::json& from);
    void send(const nlohmann::json& line);
    void end(const std::string& problem);

    QString m_name;
    RunStatus m_status;
    std::shared_ptr<RunFeed> m_feed;
    QLocalSocket m_socket;
    JsonLines m_lines;
    EventReading m_reading;
    bool m_wasConnected = false;
};

} // namespace engine
