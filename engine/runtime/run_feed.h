#pragma once

#include "engine/run/run_observer.h"
#include "tracestore/recording/run_trace.h"

#include <QObject>
#include <QTimer>

#include <map>

namespace engine {

/// Tells those who look at a run what is new, some ten times a second and not once for each event:
/// the trace so far, and the text that models and tools have said meanwhile. Lives on the engine's
/// thread.
class RunFeed : public QObject, public RunObserver
{
    Q_OBJECT

public:
    explicit RunFeed(std::string title);

    void onEvent(const RunEventPtr& event) override;
    void onDelta(const EffectId& effect, const ChatDelta& delta) override;
    void onProgress(const EffectId& effect, const std::string& text) override;

    /// The same of an effect by its name.
    void addText(const std::string& effect, const std::string& text);

    /// Tells at once what is waiting.
    void flush();

signals:
    void traceGrown(const tracestore::TracePtr& trace);
    void textGrown(const std::string& effect, const QString& text);

private:
    tracestore::RunTrace m_trace;
    bool m_hasGrown = false;
    std::map<std::string, std::string> m_texts; ///< by effect, what has come since the last telling
    QTimer m_timer;
};

} // namespace engine
