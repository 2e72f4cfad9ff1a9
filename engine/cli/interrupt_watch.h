#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace engine::cli {

/// Tells the event loop of Ctrl+C and SIGTERM. One at a time.
class InterruptWatch : public QObject
{
    Q_OBJECT

public:
    enum class Kind
    {
        Once, ///< the second signal ends the program
        Always
    };

    explicit InterruptWatch(Kind kind = Kind::Once);
    ~InterruptWatch() override;

signals:
    /// SIGINT or SIGTERM.
    void interrupted(int signal);

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace engine::cli
