#include "gui/app/stall_watchdog.h"

namespace gui {

namespace {

    constexpr int kBeatMs = 100;

} // namespace

StallWatchdog::StallWatchdog(QObject* parent, int limitMs)
    : QObject(parent)
    , m_limitMs(limitMs)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(kBeatMs);
    connect(&m_timer, &QTimer::timeout, this, &StallWatchdog::beat);
    m_timer.start();
    m_sinceBeat.start();
}

void StallWatchdog::beat()
{
    const auto late = static_cast<int>(m_sinceBeat.restart()) - kBeatMs;
    if (late > m_limitMs)
        emit stalled(late);
}

} // namespace gui
