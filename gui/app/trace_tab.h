#pragma once

#include "engine/bundle/bundle_contents.h"
#include "engine/runtime/interrupted_run.h"
#include "gui/app/page_stack.h"
#include "gui/app/services.h"
#include "tracestore/model/trace.h"

#include <QElapsedTimer>
#include <QTimer>

namespace engine {
class FileWatch;
class TraceLoader;
} // namespace engine

namespace gui {

class LoadingPage;
class TracePage;

/// The tab of a trace: it opens the trace in the background and shows how far that is, then the
/// trace, or why it could not be opened. Closing it ends the opening.
///
/// While it follows, the trace is read anew when its files have changed, and what is new shows
/// within a second where the file is not large; the selection stays, or goes on with the last step
/// if it was there. What is shown stays where reading anew fails.
class TraceTab : public PageStack
{
    Q_OBJECT

public:
    /// `path` is a file or a folder, absolute.
    TraceTab(const QString& path, const Services& services, QWidget* parent = nullptr);
    ~TraceTab() override;

    [[nodiscard]] const QString& path() const { return m_path; }

    /// For the tab bar: the title of the session where there is one, else the file's name.
    [[nodiscard]] QString title() const;

    /// Null until the trace is open.
    [[nodiscard]] TracePage* page() const { return m_page; }

    /// Opens the trace, or tries again.
    void load();

    /// Reads the trace anew behind what is shown.
    void refresh();

    /// Gives its page away, to a tab that goes on with it; nothing is shown or watched here then.
    TracePage* takePage();

    /// Shows a page again that was given away, and what has come to the files meanwhile.
    void takeBack(TracePage* page);

    [[nodiscard]] bool isFollowing() const { return m_isFollowing; }

    void setFollowing(bool isFollowing);

    /// The files have changed since they were read, and are not followed.
    [[nodiscard]] bool isStale() const { return m_isStale; }

signals:
    void opened();
    /// The page is another: the trace was read anew.
    void refreshed();
    /// The page is the same and shows more.
    void grown();
    /// Whether it follows, or whether it is stale, has changed.
    void followChanged();
    void failed();
    void openRequested();
    void closeRequested();
    /// The recording of a run that was cut off is to go on: see ResumeBar.
    void resumeRequested();
    /// Another file is to be opened.
    void pathRequested(const QString& path);

private:
    void showTrace(tracestore::TracePtr trace);
    TracePage* makePage(tracestore::TracePtr trace);
    void watchFiles();
    void filesChanged();
    void lookForInterruption();
    void showInterruption(const std::optional<engine::InterruptedRun>& run);
    void keepNotes();
    void lookForBundle();
    void showBundle(const engine::BundleContents& contents);
    void unpack();
    void showFailure(const tracestore::Error& error);
    [[nodiscard]] QStringList formats() const;

    QString m_path;
    const Services& m_services;
    engine::TraceLoader* m_loader;
    LoadingPage* m_loading = nullptr;
    TracePage* m_page = nullptr;
    engine::FileWatch* m_watch;
    QTimer m_again; ///< a large file is not read anew without a pause
    QElapsedTimer m_loadTime;
    qint64 m_loadDuration = 0; ///< of the last load, ms
    bool m_isFollowing = false;
    bool m_isStale = false;
    int m_lookOrder = 0; ///< of the last look for an interruption: earlier ones are too late
};

} // namespace gui
