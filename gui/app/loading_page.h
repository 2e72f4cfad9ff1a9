#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace gui {

class Theme;

/// What a tab shows while its trace is opened, or its traces are compared: how far that is, and a
/// button to stop it.
class LoadingPage : public QWidget
{
    Q_OBJECT

public:
    LoadingPage(const QString& name, Theme& theme, QWidget* parent = nullptr);

    /// In bytes; `total` is 0 while it is not known.
    void setProgress(quint64 done, quint64 total);

    /// Says something else of what is done, of which it is not known how far it is.
    void setWork(const QString& title, const QString& detail);

signals:
    void cancelRequested();

private:
    QLabel* m_title;
    QProgressBar* m_bar;
    QLabel* m_amount;
};

/// What a tab shows where its trace could not be opened: why, what can be opened, and ways on.
class FailurePage : public QWidget
{
    Q_OBJECT

public:
    /// `formats` are the names of what can be opened.
    FailurePage(const QString& name,
                const QString& reason,
                const QStringList& formats,
                Theme& theme,
                QWidget* parent = nullptr);

signals:
    void retryRequested();
    void openRequested();
    void closeRequested();
};

} // namespace gui
