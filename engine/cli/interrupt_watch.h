#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace engine::cli {

/// Tells the event loop of Ctrl+C and SIGTERM. The second one ends the program. One at a time.
class InterruptWatch : public QObject
{
    Q_OBJECT

public:
    InterruptWatch();
    ~InterruptWatch() override;

signals:
    void interrupted();

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace engine::cli
