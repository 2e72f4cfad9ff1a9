#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace gui {

/// Notices when the thread that it was made on was busy for so long that a window on it did not
/// answer. A stall is told of when it is over: one that never ends is not.
class StallWatchdog : public QObject
{
    Q_OBJECT

public:
    /// What a user feels.
    static constexpr int kLimitMs = 250;

    explicit StallWatchdog(QObject* parent = nullptr, int limitMs = kLimitMs);

signals:
    void stalled(int ms);

private:
    void beat();

    int m_limitMs;
    QTimer m_timer;
    QElapsedTimer m_sinceBeat;
};

} // namespace gui
