#pragma once

#include "engine/config/key_vault.h"
#include "engine/runtime/engine_service.h"
#include "tracestore/analysis/price_table.h"

#include <QThread>

#include <memory>

namespace engine {

class EngineWorker;

/// The engine inside this program: its runs live on a thread of their own. The destructor stops
/// what runs and closes the recordings.
class LocalEngine : public EngineService
{
    Q_OBJECT

public:
    /// `prices` may be null: costs are not known then. `vault` may be null: keys come from the
    /// environment alone; it is used on the engine's thread only.
    explicit LocalEngine(std::shared_ptr<const tracestore::PriceTable> prices,
                         std::unique_ptr<KeyVault> vault = nullptr,
                         QObject* parent = nullptr);
    ~LocalEngine() override;

    RunId start(const RunRequest& request) override;
    RunId resume(const ResumeRequest& request) override;
    RunId replay(const ReplayRequest& request) override;
    void decide(RunId run, const ReplayDecision& decision) override;
    RunId travel(const TravelRequest& request) override;
    void say(RunId run, const QString& text) override;
    void stop(RunId run) override;
    void answer(RunId run, const std::string& effect, const QString& text) override;
    void close(RunId run) override;
    void debug(RunId run, const DebugOrder& order) override;
    RunId attach(const QString& socket) override;
    void findKeys(const std::vector<KeyNeed>& needs) override;
    void storeKey(const std::string& name, const Secret& key) override;
    void removeKey(const std::string& name) override;
    CheckId checkConnection(const ConnectionRequest& request) override;
    void cancelCheck(CheckId check) override;
    SampleId sample(const SampleRequest& request) override;
    void cancelSample(SampleId sample) override;
    ExperimentId openExperiment(const ExperimentRequest& request) override;
    void orderExperiment(ExperimentId experiment, ExperimentOrder order) override;

private:
    QThread m_thread;
    EngineWorker* m_worker; ///< lives and ends on the thread
    RunId m_last = 0;
    CheckId m_lastCheck = 0;
    SampleId m_lastSample = 0;
    ExperimentId m_lastExperiment = 0;
};

} // namespace engine
