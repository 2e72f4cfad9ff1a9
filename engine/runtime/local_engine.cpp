#include "engine/runtime/local_engine.h"

#include "engine/runtime/engine_worker.h"

#include <QDeadlineTimer>

namespace engine {

LocalEngine::LocalEngine(std::shared_ptr<const tracestore::PriceTable> prices,
                         std::unique_ptr<KeyVault> vault,
                         QObject* parent)
    : EngineService(parent)
    , m_worker(new EngineWorker(std::move(prices), std::move(vault)))
{
    qRegisterMetaType<RunStatus>();
    qRegisterMetaType<StepInspection>();
    qRegisterMetaType<Evaluation>();
    qRegisterMetaType<DebugLine>();
    qRegisterMetaType<DebugSetup>();
    qRegisterMetaType<KeyReport>();
    qRegisterMetaType<ConnectionReport>();
    qRegisterMetaType<SampleReport>();
    qRegisterMetaType<ExperimentProgress>();
    qRegisterMetaType<RunId>("engine::RunId");
    qRegisterMetaType<tracestore::TracePtr>("tracestore::TracePtr");
    qRegisterMetaType<std::string>("std::string");
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    connect(m_worker, &EngineWorker::statusChanged, this, &EngineService::statusChanged);
    connect(m_worker, &EngineWorker::traceGrown, this, &EngineService::traceGrown);
    connect(m_worker, &EngineWorker::textGrown, this, &EngineService::textGrown);
    connect(m_worker, &EngineWorker::logged, this, &EngineService::logged);
    connect(m_worker, &EngineWorker::stepInspected, this, &EngineService::stepInspected);
    connect(m_worker, &EngineWorker::evaluated, this, &EngineService::evaluated);
    connect(m_worker, &EngineWorker::debugLogged, this, &EngineService::debugLogged);
    connect(m_worker, &EngineWorker::debugSetupTold, this, &EngineService::debugSetupTold);
    connect(m_worker, &EngineWorker::keysFound, this, &EngineService::keysFound);
    connect(m_worker, &EngineWorker::keyChanged, this, &EngineService::keyChanged);
    connect(m_worker, &EngineWorker::connectionChecked, this, &EngineService::connectionChecked);
    connect(m_worker, &EngineWorker::sampled, this, &EngineService::sampled);
    connect(m_worker, &EngineWorker::experimentChanged, this, &EngineService::experimentChanged);
    m_thread.setObjectName(QStringLiteral("engine"));
    m_thread.start();
}

LocalEngine::~LocalEngine()
{
    // Runs end within a second; who does not is left with a recording that can be gone on with.
    constexpr int kPatienceMs = 5'000;
    QMetaObject::invokeMethod(m_worker,
                              [this] { m_worker->closeAll([this] { m_thread.quit(); }); });
    if (m_thread.wait(kPatienceMs))
        return;
    m_thread.quit();
    m_thread.wait();
}

RunId LocalEngine::start(const RunRequest& request)
{
    const RunId run = ++m_last;
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, run, request] { worker->start(run, request); });
    return run;
}

RunId LocalEngine::resume(const ResumeRequest& request)
{
    const RunId run = ++m_last;
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, run, request] { worker->resume(run, request); });
    return run;
}

RunId LocalEngine::replay(const ReplayRequest& request)
{
    const RunId run = ++m_last;
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, run, request] { worker->replay(run, request); });
    return run;
}

void LocalEngine::decide(RunId run, const ReplayDecision& decision)
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, run, decision] { worker->decide(run, decision); });
}

RunId LocalEngine::travel(const TravelRequest& request)
{
    const RunId run = ++m_last;
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, run, request] { worker->travel(run, request); });
    return run;
}

void LocalEngine::say(RunId run, const QString& text)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, run, text] { worker->say(run, text); });
}

void LocalEngine::stop(RunId run)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, run] { worker->stop(run); });
}

void LocalEngine::answer(RunId run, const std::string& effect, const QString& text)
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, run, effect, text] { worker->answer(run, effect, text); });
}

void LocalEngine::close(RunId run)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, run] { worker->close(run); });
}

void LocalEngine::debug(RunId run, const DebugOrder& order)
{
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, run, order] { worker->debug(run, order); });
}

RunId LocalEngine::attach(const QString& socket)
{
    const RunId run = ++m_last;
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, run, socket] { worker->attach(run, socket); });
    return run;
}

void LocalEngine::findKeys(const std::vector<KeyNeed>& needs)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, needs] { worker->findKeys(needs); });
}

void LocalEngine::storeKey(const std::string& name, const Secret& key)
{
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, name, key] { worker->storeKey(name, key); });
}

void LocalEngine::removeKey(const std::string& name)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, name] { worker->removeKey(name); });
}

CheckId LocalEngine::checkConnection(const ConnectionRequest& request)
{
    const CheckId check = ++m_lastCheck;
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, check, request] { worker->checkConnection(check, request); });
    return check;
}

void LocalEngine::cancelCheck(CheckId check)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, check] { worker->cancelCheck(check); });
}

SampleId LocalEngine::sample(const SampleRequest& request)
{
    const SampleId sample = ++m_lastSample;
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, sample, request] { worker->sample(sample, request); });
    return sample;
}

void LocalEngine::cancelSample(SampleId sample)
{
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, sample] { worker->cancelSample(sample); });
}

ExperimentId LocalEngine::openExperiment(const ExperimentRequest& request)
{
    const ExperimentId experiment = ++m_lastExperiment;
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, experiment, request] {
        worker->openExperiment(experiment, request);
    });
    return experiment;
}

void LocalEngine::orderExperiment(ExperimentId experiment, ExperimentOrder order)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, experiment, order] {
        worker->orderExperiment(experiment, order);
    });
}

} // namespace engine
