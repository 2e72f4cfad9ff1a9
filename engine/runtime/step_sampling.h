#pragma once

#include "engine/config/key_store.h"
#include "engine/policy/retry.h"
#include "engine/provider/provider.h"
#include "engine/run/secret_mask.h"
#include "engine/runtime/key_fetch.h"
#include "engine/runtime/run_session.h"
#include "engine/runtime/sample_plan.h"

#include <QObject>
#include <QThreadPool>

#include <deque>
#include <memory>

namespace engine {

/// Sends a call of a model many times and keeps what comes as branches or small recordings. Samples
/// share nothing but the connection: no cache, no circuit breaker, and a script stands for each
/// where it stood in the recording. One use; engine's thread; destroying it ends everything.
class StepSampling : public QObject
{
    Q_OBJECT

public:
    /// Files are read and written by `pool`, which comes back through `home`: it outlives the work.
    StepSampling(SampleRequest request, RunWorld world, QThreadPool& pool, QObject& home);
    ~StepSampling() override;

    void start();

    /// Ends what is under way; what has come is kept. reported() tells of that.
    void cancel();

    [[nodiscard]] const SampleReport& report() const { return m_report; }

signals:
    /// There is more in the report; the last word where it is over. From the event loop.
    void reported();

private:
    struct Call
    {
        std::shared_ptr<Provider> provider; ///< outlives the call
        std::unique_ptr<RunningCall> running;
    };

    void takePlan(tracestore::Result<SamplePlan> plan);
    void fetchKeys();
    void begin();
    void startMore();
    void send(std::size_t place);
    void take(std::size_t place, Outcome outcome);
    void takeFailure(std::size_t place, const Outcome& outcome);
    void takeAnswer(std::size_t place, Outcome outcome);
    void wait(std::size_t place, tracestore::Duration delay);
    void letGo(std::size_t place);
    void addCost(StepSample& sample, Outcome& outcome);
    void cluster();
    void writeNext();
    void takeFile(std::size_t place, const tracestore::Result<std::filesystem::path>& file);
    void stopSending();
    void fail(std::string problem);
    void tell();
    [[nodiscard]] Effect effectOf(std::size_t place) const;
    [[nodiscard]] SampleResult resultOf(std::size_t place) const;
    [[nodiscard]] tracestore::RunStarted runOf() const;

    SampleRequest m_request;
    RunWorld m_world;
    QThreadPool& m_pool;
    QObject& m_home;
    SampleReport m_report;
    std::shared_ptr<const SamplePlan> m_plan;
    RunKeys m_keys;
    SecretMask m_mask;
    std::unique_ptr<KeyFetch> m_fetch;
    std::shared_ptr<Provider> m_provider;
    std::unique_ptr<Retry> m_retry;
    std::vector<Call> m_calls; ///< by sample
    std::vector<tracestore::Timestamp> m_began; ///< by sample: the last attempt
    std::vector<Outcome> m_outcomes; ///< by sample
    std::size_t m_next = 0; ///< the first that was not started
    std::size_t m_underWay = 0; ///< running, or waiting to be tried again
    std::deque<std::size_t> m_toWrite; ///< the first is being written
};

} // namespace engine
