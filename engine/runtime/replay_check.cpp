#include "engine/runtime/replay_check.h"

#include "tracestore/base/ensure.h"

#include <QMetaObject>

#include <algorithm>

namespace engine {
namespace {

    std::int64_t stepsIn(const std::vector<RunEventPtr>& events)
    {
        return std::ranges::count_if(events, [](const RunEventPtr& event) {
            const auto* wanted = std::get_if<tracestore::EffectWanted>(&event->fact);
            return wanted != nullptr
                && (wanted->kind == EffectKind::Model || wanted->kind == EffectKind::Tool);
        });
    }

    std::optional<std::string> noVariable(const std::string&)
    {
        return {};
    }

} // namespace

ReplayCheck::ReplayCheck(ReplayedRun run)
    : m_clock(run.recorded.events().front()->time, m_real)
    , m_random(0)
{
    m_report.events = static_cast<std::int64_t>(run.recorded.events().size());
    m_report.steps = stepsIn(run.recorded.events());
    m_session = std::make_unique<RunSession>(
        1, run.config, RunWorld {m_clock, m_random, nullptr, &noVariable});
    m_run = std::move(run);
    connect(m_session.get(), &RunSession::statusChanged, this, &ReplayCheck::onStatus);
}

ReplayCheck::~ReplayCheck() = default;

void ReplayCheck::start()
{
    ENSURE(m_run.has_value());
    ReplayedRun run = std::move(*std::exchange(m_run, {}));
    m_session->check(std::move(run.recorded), run.tools);
}

void ReplayCheck::onStatus()
{
    if (m_session->status().state != RunState::Ended)
        return;
    disconnect(m_session.get(), nullptr, this, nullptr);
    m_report.divergence = m_session->divergence();
    if (!m_report.divergence)
        m_report.problem = m_session->status().problem;
    // The session is still telling.
    QMetaObject::invokeMethod(this, &ReplayCheck::finished, Qt::QueuedConnection);
}

} // namespace engine
