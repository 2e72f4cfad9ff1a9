#pragma once

#include "engine/runtime/attach/attach_sockets.h"

#include <QDialog>
#include <QTimer>

#include <functional>

class QLabel;
class QLineEdit;
class QPushButton;
class QStandardItemModel;

namespace gui {

class RunTable;
class Theme;

/// Asks to which run of another program to attach: one of those that listen, or one by its name.
/// Stays until that has come to something: attachRequested() is answered by accept() or
/// setProblem().
class AttachDialog : public QDialog
{
    Q_OBJECT

public:
    /// Called on another thread again and again.
    using Listing = std::function<std::vector<engine::ListeningRun>()>;

    explicit AttachDialog(Theme& theme,
                          Listing listing = engine::listeningRuns,
                          QWidget* parent = nullptr);

    [[nodiscard]] RunTable& runs() const { return *m_runs; }

    [[nodiscard]] QLineEdit& name() const { return *m_name; }

    /// What went wrong with the last request; empty where nothing did.
    [[nodiscard]] QString problem() const;
    void setProblem(const QString& problem);

signals:
    void attachRequested(const QString& nameOrSocket);

private:
    void refresh();
    void showRuns(const std::vector<engine::ListeningRun>& runs);
    void request();
    void showNote(const QString& text, bool isError);
    void updateButton();

    Theme& m_theme;
    Listing m_listing;
    QStandardItemModel* m_model;
    RunTable* m_runs;
    QLineEdit* m_name;
    QLabel* m_note;
    QPushButton* m_attach;
    QTimer m_again;
    bool m_isAsking = false;
};

} // namespace gui
