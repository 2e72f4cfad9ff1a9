#include "engine/runtime/engine_worker.h"

#include "engine/config/agent_config_reader.h"
#include "engine/runtime/attach/remote_run.h"
#include "engine/runtime/connection_check.h"
#include "engine/runtime/experiment/experiment_session.h"
#include "engine/runtime/key_search.h"
#include "engine/runtime/run_feed.h"
#include "engine/runtime/run_session.h"
#include "engine/runtime/step_sampling.h"
#include "engine/runtime/travel_run.h"

#include <QFile>

#include <cstdlib>

namespace engine {
namespace {

    std::optional<std::string> environmentVariable(const std::string& name)
    {
        const QByteArray key = QByteArray::fromStdString(name);
        if (!qEnvironmentVariableIsSet(key.constData()))
            return {};
        return qgetenv(key.constData()).toStdString();
    }

    std::filesystem::path pathOf(const QString& file)
    {
        return QFile::encodeName(file).toStdString();
    }

} // namespace

EngineWorker::EngineWorker(std::shared_ptr<const tracestore::PriceTable> prices,
                           std::unique_ptr<KeyVault> vault)
    : m_prices(std::move(prices))
    , m_vault(std::move(vault))
{ }

EngineWorker::~EngineWorker() = default;

RunSession* EngineWorker::find(RunId run) const
{
    const auto found = m_runs.find(run);
    return found == m_runs.end() ? nullptr : found->second.session.get();
}

RunWorld EngineWorker::world(std::shared_ptr<SharedPolicyState> shared)
{
    return {m_clock, m_random, m_prices, environmentVariable, std::move(shared), m_vault.get()};
}

RemoteRun* EngineWorker::findRemote(RunId run) const
{
    const auto found = m_remotes.find(run);
    return found == m_remotes.end() ? nullptr : found->second.get();
}

template<class Source>
void EngineWorker::listenTo(RunId run, Source& source, RunFeed& feed)
{
    connect(&source, &Source::statusChanged, this, [this, &source, &feed] {
        feed.flush(); // who hears of an end has seen all of it
        emit statusChanged(source.status());
    });
    connect(&source, &Source::logged, this, [this, run](const QString& line) {
        emit logged(run, line);
    });
    connect(&source, &Source::stepInspected, this, [this, run](const auto& step) {
        emit stepInspected(run, step);
    });
    connect(&source, &Source::evaluated, this, [this, run](const auto& value) {
        emit evaluated(run, value);
    });
    connect(&source, &Source::debugLogged, this, [this, run](const auto& line) {
        emit debugLogged(run, line);
    });
    connect(&feed, &RunFeed::traceGrown, this, [this, run](const tracestore::TracePtr& trace) {
        emit traceGrown(run, trace);
    });
    connect(&feed,
            &RunFeed::textGrown,
            this,
            [this, run](const std::string& effect, const QString& text) {
                emit textGrown(run, effect, text);
            });
}

RunSession&
EngineWorker::add(RunId run, AgentConfig config, std::shared_ptr<SharedPolicyState> shared)
{
    return add(run, std::move(config), world(std::move(shared)));
}

RunSession& EngineWorker::add(RunId run, AgentConfig config, RunWorld world)
{
    const auto feed = std::make_shared<RunFeed>(config.name);
    auto session = std::make_unique<RunSession>(run, std::move(config), std::move(world));
    listenTo(run, *session, *feed);
    session->add(feed);
    return *(m_runs[run] = {std::move(session), feed}).session;
}

void EngineWorker::start(RunId run, const RunRequest& request)
{
    if (m_allClosed)
        return;
    auto config = readAgentConfig(pathOf(request.agentFile));
    if (!config) {
        tellProblem(run, request.input, config.error().message);
        return;
    }
    // Faults that are injected open no breaker of other runs.
    const bool isFaulty = !request.debug.setup.faults.empty();
    RunSession& session = add(run, std::move(*config), isFaulty ? nullptr : m_shared);
    if (!request.recordFile.isEmpty())
        session.recordTo(pathOf(request.recordFile));
    session.setDebug(request.debug);
    session.start(request.input.toStdString());
}

void EngineWorker::resume(RunId run, const ResumeRequest& request)
{
    // A recording may be long: the other runs go on while it is read.
    m_readers.start([this, run, request] {
        auto resumed = std::make_shared<tracestore::Result<ResumedRun>>(
            readResumedRun(pathOf(request.recordFile), pathOf(request.agentFile)));
        QMetaObject::invokeMethod(
            this,
            [this, run, resumed, request] {
                if (!*resumed)
                    tellProblem(run, {}, resumed->error().message);
                else if (!m_allClosed)
                    goOn(run, std::move(**resumed), request);
            },
            Qt::QueuedConnection);
    });
}

void EngineWorker::goOn(RunId run, ResumedRun resumed, const ResumeRequest& request)
{
    // What other runs share now is not what was shared then: its policies would decide otherwise.
    RunSession& session = add(run, std::move(resumed.config), nullptr);
    session.setDebug(request.debug);
    session.resume(std::move(resumed.recorded), request.inDoubt);
}

void EngineWorker::replay(RunId run, const ReplayRequest& request)
{
    // A recording may be long: the other runs go on while it is read.
    m_readers.start([this, run, request] {
        auto prepared
            = std::make_shared<tracestore::Result<PreparedReplay>>(prepareReplay(request));
        QMetaObject::invokeMethod(
            this,
            [this, run, prepared, request] {
                if (!*prepared)
                    tellProblem(run, {}, prepared->error().message);
                else if (!m_allClosed)
                    beginReplay(run, std::move(**prepared), request.debug);
            },
            Qt::QueuedConnection);
    });
}

void EngineWorker::beginReplay(RunId run, PreparedReplay prepared, const DebugStart& debug)
{
    RunSession& session
        = add(run, std::move(prepared.config), replayWorld(prepared.start, world(nullptr)));
    session.setDebug(debug);
    session.replay(std::move(prepared.start));
}

void EngineWorker::decide(RunId run, const ReplayDecision& decision)
{
    RunSession* session = find(run);
    if (session == nullptr)
        return;
    if (const auto decided = session->decide(decision); !decided)
        emit debugLogged(run, {DebugLine::Kind::Problem, decided.error().message, decision.effect});
}

void EngineWorker::tellProblem(RunId run, const QString& input, const std::string& problem)
{
    RunStatus status;
    status.id = run;
    status.state = RunState::Ended;
    status.input = input.toStdString();
    status.problem = problem;
    emit statusChanged(status);
}

void EngineWorker::say(RunId run, const QString& text)
{
    if (RunSession* session = find(run))
        session->say(text.toStdString());
    else if (RemoteRun* remote = findRemote(run))
        remote->say(text);
}

void EngineWorker::stop(RunId run)
{
    if (RunSession* session = find(run))
        session->stop();
    else if (RemoteRun* remote = findRemote(run))
        remote->stop();
}

void EngineWorker::answer(RunId run, const std::string& effect, const QString& text)
{
    if (RemoteRun* remote = findRemote(run))
        return remote->answer(effect, text);
    RunSession* session = find(run);
    if (session == nullptr)
        return;
    if (const auto answered = session->answer(effect, text.toStdString()); !answered)
        emit logged(run, QString::fromStdString(answered.error().message));
}

void EngineWorker::debug(RunId run, const DebugOrder& order)
{
    if (RunSession* session = find(run))
        session->debug(order);
    else if (RemoteRun* remote = findRemote(run))
        remote->debug(order);
    else if (const auto travel = m_travels.find(run); travel != m_travels.end())
        travel->second->debug(order);
}

void EngineWorker::attach(RunId run, const QString& socket)
{
    if (m_allClosed)
        return;
    RemoteRun& remote = *(m_remotes[run] = std::make_unique<RemoteRun>(run, socket));
    listenTo(run, remote, remote.feed());
    connect(&remote, &RemoteRun::setupTold, this, [this, run](const DebugSetup& setup) {
        emit debugSetupTold(run, setup);
    });
    remote.open();
}

void EngineWorker::travel(RunId run, const TravelRequest& request)
{
    if (m_allClosed)
        return;
    TravelRun& travel
        = *(m_travels[run] = std::make_unique<TravelRun>(run, request, m_clock, m_readers, *this));
    connect(&travel, &TravelRun::statusChanged, this, [this, &travel] {
        emit statusChanged(travel.status());
    });
    connect(&travel, &TravelRun::stepInspected, this, [this, run](const StepInspection& step) {
        emit stepInspected(run, step);
    });
    connect(&travel, &TravelRun::evaluated, this, [this, run](const Evaluation& value) {
        emit evaluated(run, value);
    });
    connect(&travel, &TravelRun::debugLogged, this, [this, run](const DebugLine& line) {
        emit debugLogged(run, line);
    });
    travel.start();
}

void EngineWorker::findKeys(const std::vector<KeyNeed>& needs)
{
    auto* search = new KeySearch(needs, environmentVariable, m_vault.get(), this);
    connect(search, &KeySearch::finished, this, [this, search] {
        emit keysFound(search->report());
        search->deleteLater();
    });
    search->start();
}

void EngineWorker::storeKey(const std::string& name, const Secret& key)
{
    if (m_vault == nullptr) {
        emit keyChanged(name, QString::fromUtf8(kNoKeyVault));
        return;
    }
    m_vault->write(name, key, *this, [this, name](const tracestore::Result<void>& stored) {
        emit keyChanged(name, stored ? QString() : QString::fromStdString(stored.error().message));
    });
}

void EngineWorker::removeKey(const std::string& name)
{
    if (m_vault == nullptr) {
        emit keyChanged(name, QString::fromUtf8(kNoKeyVault));
        return;
    }
    m_vault->remove(name, *this, [this, name](const tracestore::Result<void>& removed) {
        emit keyChanged(name,
                        removed ? QString() : QString::fromStdString(removed.error().message));
    });
}

void EngineWorker::checkConnection(CheckId check, const ConnectionRequest& request)
{
    auto& started = m_checks[check];
    started = std::make_unique<ConnectionCheck>(request, world(m_shared));
    connect(started.get(), &ConnectionCheck::reported, this, [this, check] { tellOfCheck(check); });
    started->start();
}

void EngineWorker::tellOfCheck(CheckId check)
{
    const auto found = m_checks.find(check);
    if (found == m_checks.end())
        return;
    ConnectionReport report = found->second->report();
    report.check = check;
    if (report.isOver) { // it is the check that is speaking
        found->second.release()->deleteLater();
        m_checks.erase(found);
    }
    emit connectionChecked(report);
}

void EngineWorker::cancelCheck(CheckId check)
{
    if (const auto found = m_checks.find(check); found != m_checks.end())
        found->second->cancel();
}

void EngineWorker::sample(SampleId sample, const SampleRequest& request)
{
    if (m_allClosed)
        return;
    auto& started = m_samplings[sample];
    started = std::make_unique<StepSampling>(request, world(m_shared), m_readers, *this);
    connect(started.get(), &StepSampling::reported, this, [this, sample] { tellOfSample(sample); });
    started->start();
}

void EngineWorker::tellOfSample(SampleId sample)
{
    const auto found = m_samplings.find(sample);
    if (found == m_samplings.end())
        return;
    SampleReport report = found->second->report();
    report.id = sample;
    if (report.isOver) { // it is the sampling that is speaking
        found->second.release()->deleteLater();
        m_samplings.erase(found);
    }
    emit sampled(report);
}

void EngineWorker::cancelSample(SampleId sample)
{
    if (const auto found = m_samplings.find(sample); found != m_samplings.end())
        found->second->cancel();
}

void EngineWorker::openExperiment(ExperimentId experiment, const ExperimentRequest& request)
{
    if (m_allClosed)
        return;
    // Runs of an experiment share nothing, with others neither.
    auto& opened = m_experiments[experiment];
    opened = std::make_unique<ExperimentSession>(
        experiment, request, world(nullptr), m_readers, *this);
    connect(opened.get(), &ExperimentSession::reported, this, &EngineWorker::experimentChanged);
    opened->open();
}

void EngineWorker::orderExperiment(ExperimentId experiment, ExperimentOrder order)
{
    const auto found = m_experiments.find(experiment);
    if (found == m_experiments.end())
        return;
    if (order == ExperimentOrder::Close)
        m_experiments.erase(found);
    else
        found->second->order(order);
}

void EngineWorker::close(RunId run)
{
    m_travels.erase(run);
    if (findRemote(run) != nullptr) { // it goes on without us; it may be it that is speaking
        m_remotes.extract(run).mapped().release()->deleteLater();
        return;
    }
    if (RunSession* session = find(run))
        session->close([this, run](const tracestore::Result<void>& closed) {
            if (!closed)
                emit logged(run, QString::fromStdString(closed.error().message));
            // It is the session that is speaking.
            QMetaObject::invokeMethod(
                this, [this, run] { forget(run); }, Qt::QueuedConnection);
        });
}

void EngineWorker::forget(RunId run)
{
    m_runs.erase(run);
    if (m_allClosed && m_runs.empty())
        std::exchange(m_allClosed, [] {})();
}

void EngineWorker::closeAll(std::function<void()> then)
{
    m_allClosed = std::move(then);
    m_travels.clear();
    m_samplings.clear();
    m_experiments.clear(); // what was cut off is made anew when they go on
    std::vector<RunId> open;
    for (const auto& [id, run] : m_runs)
        open.push_back(id);
    for (const RunId run : open)
        close(run);
    if (open.empty())
        std::exchange(m_allClosed, [] {})();
}

} // namespace engine
