#include "engine/runtime/run_pool.h"

#include "engine/runtime/unattended.h"
#include "tracestore/base/json_io.h"

#include <QFile>

namespace engine {

using tracestore::Result;

namespace {

    /// What a run that never had a session tells.
    RunStatus failedStatus(const PooledRun& run, const std::string& problem)
    {
        RunStatus status;
        status.state = RunState::Ended;
        status.agent = run.agent.name;
        status.input = run.input;
        status.problem = problem;
        status.result = AgentResult {OutcomeStatus::Error, {}, problem};
        return status;
    }

    Result<PreparedReplay> preparePooled(const PooledRun& run)
    {
        ReplayRequest request {.source = QFile::decodeName(run.recording.c_str()),
                               .agentFile = {},
                               .configuration
                               = QString::fromStdString(tracestore::toJsonText(run.agent.source)),
                               .policy = run.policy,
                               .recordFile = QFile::decodeName(run.recordFile.c_str()),
                               .branch = {},
                               .edits = {},
                               .debug = {}};
        auto prepared = prepareReplay(request);
        if (!prepared)
            return prepared;
        prepared->config = run.agent; // with its own folder, not that of the recording
        const auto& started
            = std::get<tracestore::RunStarted>(prepared->start.events.front()->fact);
        if (started.input != run.input)
            return tracestore::fail(tracestore::ErrorCode::Invalid,
                                    run.recording.string()
                                        + " was recorded with another input than the task has: `"
                                        + started.input + "`. Take the input of the recording.");
        return prepared;
    }

} // namespace

RunPool::RunPool(std::size_t concurrency, RunWorld world, Supply supply)
    : m_concurrency(concurrency)
    , m_world(std::move(world))
    , m_supply(std::move(supply))
{ }

RunPool::~RunPool()
{
    m_readers.waitForDone(); // they come back to this
}

void RunPool::wake()
{
    QMetaObject::invokeMethod(this, &RunPool::startMore, Qt::QueuedConnection);
}

void RunPool::stop()
{
    m_isStopping = true;
    std::vector<RunId> open;
    for (const auto& [id, work] : m_works)
        open.push_back(id);
    for (const RunId id : open)
        close(id);
    wake();
}

void RunPool::startMore()
{
    while (!m_isStopping && m_works.size() < m_concurrency) {
        auto next = m_supply();
        if (!next)
            break;
        startNext(std::move(*next));
    }
    if (m_works.empty())
        emit idle();
}

RunWorld RunPool::worldOf(const PooledRun& run) const
{
    if (run.random == nullptr)
        return m_world;
    return {m_world.clock,
            *run.random,
            m_world.prices,
            m_world.environment,
            m_world.shared,
            m_world.vault,
            m_world.patience,
            run.random};
}

RunSession& RunPool::makeSession(RunId id, AgentConfig config, RunWorld world)
{
    Work& work = m_works[id];
    work.session = std::make_unique<RunSession>(id, std::move(config), std::move(world));
    connect(work.session.get(), &RunSession::statusChanged, this, [this, id] { onStatus(id); });
    return *work.session;
}

void RunPool::startNext(PooledRun run)
{
    const RunId id = ++m_last;
    m_works[id].run = std::move(run);
    const PooledRun& next = m_works[id].run;
    if (!next.recording.empty())
        return prepare(id);
    RunSession& session = makeSession(id, next.agent, worldOf(next));
    if (!next.recordFile.empty())
        session.recordTo(next.recordFile);
    session.start(next.input);
}

/// A recording may be long: the other runs go on while it is read.
void RunPool::prepare(RunId id)
{
    m_readers.start([this, id, run = m_works[id].run] {
        auto prepared = std::make_shared<Result<PreparedReplay>>(preparePooled(run));
        QMetaObject::invokeMethod(
            this,
            [this, id, prepared] { takePrepared(id, std::move(*prepared)); },
            Qt::QueuedConnection);
    });
}

void RunPool::takePrepared(RunId id, Result<PreparedReplay> prepared)
{
    const auto work = m_works.find(id);
    if (work == m_works.end())
        return; // it was stopped
    if (!prepared)
        return finish(id, failedStatus(work->second.run, prepared.error().message));
    RunWorld world = replayWorld(prepared->start, worldOf(work->second.run));
    RunSession& session = makeSession(id, std::move(prepared->config), std::move(world));
    session.replay(std::move(prepared->start));
}

void RunPool::onStatus(RunId id)
{
    const auto work = m_works.find(id);
    if (work == m_works.end())
        return;
    const RunStatus& status = work->second.session->status();
    if (status.replay && !status.replay->questions.empty() && work->second.problem.empty())
        work->second.problem = status.replay->questions.front().text;
    const bool isOver = status.state == RunState::Idle || status.state == RunState::Ended
        || !work->second.problem.empty();
    // From the event loop: the session is still telling.
    if (isOver)
        QMetaObject::invokeMethod(
            this, [this, id] { close(id); }, Qt::QueuedConnection);
    for (const RunQuestion& asked : status.questions)
        QMetaObject::invokeMethod(
            this, [this, id, asked] { answer(id, asked); }, Qt::QueuedConnection);
}

void RunPool::answer(RunId id, const RunQuestion& asked)
{
    const auto work = m_works.find(id);
    if (work == m_works.end())
        return;
    const std::string text = unattendedAnswer(asked.question, work->second.run.allowed);
    // One that is answered already is not found.
    static_cast<void>(work->second.session->answer(asked.effect, text).has_value());
}

void RunPool::close(RunId id)
{
    const auto work = m_works.find(id);
    if (work == m_works.end() || std::exchange(work->second.isClosing, true))
        return;
    if (work->second.session == nullptr) { // its recording is still being read
        m_works.erase(work);
        return;
    }
    work->second.session->close([this, id](const Result<void>&) {
        // It is the session that is speaking.
        QMetaObject::invokeMethod(
            this, [this, id] { onClosed(id); }, Qt::QueuedConnection);
    });
}

void RunPool::onClosed(RunId id)
{
    const Work& work = m_works.at(id);
    RunStatus status = work.session->status();
    if (!work.problem.empty()) {
        status.result = AgentResult {OutcomeStatus::Error, {}, work.problem};
        status.problem = work.problem;
    }
    finish(id, status);
}

void RunPool::finish(RunId id, const RunStatus& status)
{
    const std::string name = m_works.at(id).run.id;
    const bool isAsked = !m_works.at(id).problem.empty();
    m_works.erase(id);
    // What was stopped is not done.
    const bool isDone = status.result && status.result->status != OutcomeStatus::Cancelled;
    if (isDone && (!m_isStopping || !isAsked))
        emit ended(name, status);
    startMore();
}

bool couldNotStart(const RunStatus& status)
{
    return !status.problem.empty() && status.figures.modelCalls == 0;
}

} // namespace engine
