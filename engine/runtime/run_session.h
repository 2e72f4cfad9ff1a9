#pragma once

#include "engine/config/agent_config.h"
#include "engine/debug/agent_run.h"
#include "engine/debug/live_source.h"
#include "engine/debug/recorder.h"
#include "engine/runtime/engine_service.h"

#include <QObject>

#include <filesystem>
#include <memory>

namespace engine {

class RunParts;

/// What a run takes from the machine; outlives it.
struct RunWorld
{
    const tracestore::Clock& clock;
    tracestore::Random& random;
    std::shared_ptr<const tracestore::PriceTable> prices; ///< may be null
    std::function<std::optional<std::string>(const std::string&)> environment;
};

/// One run from its configuration to its end: builds the agents and what they work with, drives
/// them, records, and tells how it stands. Lives on the engine's thread.
class RunSession : public QObject
{
    Q_OBJECT

public:
    RunSession(RunId id, AgentConfig config, RunWorld world);
    ~RunSession() override;

    /// Everything from now on goes to a new file as well. Before start().
    void recordTo(const std::filesystem::path& file);

    /// Watches from the next event on.
    void add(std::shared_ptr<RunObserver> observer);

    void start(const std::string& input);
    void say(const std::string& input);
    void stop();
    tracestore::Result<void> answer(const std::string& effect, const std::string& text);

    /// Ends it and calls `then` when the recording is closed.
    void close(std::function<void(tracestore::Result<void>)> then);

    [[nodiscard]] const RunStatus& status() const { return m_status; }

    [[nodiscard]] Gate& gate();

signals:
    void statusChanged();
    void logged(const QString& line);

private:
    void begin();
    void run(const std::string& input);
    void finish(const AgentResult& result);
    void setState(RunState state);
    void updateQuestions();
    void countEvent(const tracestore::RunEvent& event);

    class FigureCounter;

    RunStatus m_status;
    AgentConfig m_config;
    RunWorld m_world;
    std::unique_ptr<RunParts> m_parts;
    std::filesystem::path m_recordFile;
    bool m_isStopping = false;
};

} // namespace engine
