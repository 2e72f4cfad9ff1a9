#include "engine/runtime/replay_probe.h"

#include "tracestore/base/ensure.h"

#include <QMetaObject>

namespace engine {

ReplayProbe::ReplayProbe(ReplayedRun run,
                         ReplayPolicy policy,
                         RunWorld world,
                         std::shared_ptr<RunObserver> observer)
    : m_start(ReplayStart {.events = run.recorded.events(),
                           .source = run.recorded.file().string(),
                           .which = std::move(run.which),
                           .tools = std::move(run.tools),
                           .policy = std::move(policy)})
{
    RunWorld replayed = replayWorld(*m_start, std::move(world));
    m_session = std::make_unique<RunSession>(1, std::move(run.config), std::move(replayed));
    if (observer != nullptr)
        m_session->add(std::move(observer));
    connect(m_session.get(), &RunSession::statusChanged, this, &ReplayProbe::onStatus);
}

ReplayProbe::~ReplayProbe() = default;

void ReplayProbe::start()
{
    ENSURE(m_start.has_value());
    m_session->replay(std::move(*std::exchange(m_start, {})));
}

void ReplayProbe::onStatus()
{
    const RunStatus& status = m_session->status();
    if (m_isClosing)
        return;
    if (status.replay && !status.replay->questions.empty())
        m_question = status.replay->questions.front();
    const bool isAsking = m_question.has_value() || !status.questions.empty();
    if (!isAsking && status.state != RunState::Idle && status.state != RunState::Ended)
        return;
    m_isClosing = true;
    // The session is still telling.
    QMetaObject::invokeMethod(this, &ReplayProbe::close, Qt::QueuedConnection);
}

void ReplayProbe::close()
{
    m_session->close([this](const tracestore::Result<void>&) { emit finished(); });
}

RunWorld closedWorld(const tracestore::Clock& clock, tracestore::Random& random)
{
    return {
        clock, random, nullptr, [](const std::string&) { return std::optional<std::string>(); }};
}

} // namespace engine
