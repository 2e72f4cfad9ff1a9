#pragma once

#include "tracestore/base/job.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <memory>

class QLabel;
class QProgressBar;

namespace gui {

class Theme;

/// A piece of long work, saving or exporting, in the status bar: what it is, how far it is, and a
/// button to stop it. One at a time; hidden while there is none.
class BackgroundJob : public QWidget
{
    Q_OBJECT

public:
    using Work = std::function<tracestore::Result<void>(tracestore::Job&)>;
    using Done = std::function<void(const tracestore::Result<void>&)>;

    explicit BackgroundJob(Theme& theme, QWidget* parent = nullptr);

    /// Cancels what is under way; its work may go on a little, but says nothing any more.
    ~BackgroundJob() override;

    [[nodiscard]] bool isRunning() const { return m_job != nullptr; }

    /// Runs `work` on a thread of the pool and then `done` on this one; nothing is under way.
    void start(const QString& text, Work work, Done done);

private:
    void showProgress();

    QLabel* m_text;
    QProgressBar* m_bar;
    QTimer m_timer;
    std::shared_ptr<tracestore::Job> m_job;
};

} // namespace gui
