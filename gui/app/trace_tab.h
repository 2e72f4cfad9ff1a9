#pragma once

#include "gui/app/services.h"
#include "tracestore/model/trace.h"

#include <QStackedWidget>

namespace engine {
class TraceLoader;
}

namespace gui {

class LoadingPage;
class TracePage;

/// The tab of a trace: it opens the trace in the background and shows how far that is, then the
/// trace, or why it could not be opened. Closing it ends the opening.
class TraceTab : public QStackedWidget
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

signals:
    void opened();
    void failed();
    void openRequested();
    void closeRequested();

private:
    void showTrace(tracestore::TracePtr trace);
    void showFailure(const tracestore::Error& error);
    void setOnly(QWidget* widget);
    [[nodiscard]] QStringList formats() const;

    QString m_path;
    const Services& m_services;
    engine::TraceLoader* m_loader;
    LoadingPage* m_loading = nullptr;
    TracePage* m_page = nullptr;
};

} // namespace gui
