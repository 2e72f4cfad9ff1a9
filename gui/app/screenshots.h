#pragma once

#include <QObject>

#include <functional>

namespace gui {

class MainWindow;
class TraceTab;

/// Takes pictures of the window with a trace, light and dark, every view of its centre in front
/// once, for where there is no display to look at.
class Screenshots : public QObject
{
    Q_OBJECT

public:
    Screenshots(MainWindow& window, const QString& folder, QObject* parent = nullptr);

    /// Opens the trace and begins; finished() comes later.
    void start(const QString& tracePath);

signals:
    /// `error` is empty where all pictures were written.
    void finished(const QStringList& files, const QString& error);

private:
    void plan(TraceTab& tab);
    void addPicture(const QString& name);
    void next();
    void fail(const QString& error);

    MainWindow& m_window;
    QString m_folder;
    QStringList m_files;
    QList<std::function<void()>> m_steps;
};

} // namespace gui
