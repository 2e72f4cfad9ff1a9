#pragma once

#include "tracestore/model/span.h"

#include <QTableView>

class QAction;
class QLabel;
class QLineEdit;
class QToolButton;

namespace gui {

class SessionContext;
class SessionsModel;

/// The table itself. Walking its rows makes the session current in the context.
class SessionsTable : public QTableView
{
    Q_OBJECT

public:
    SessionsTable(SessionContext& context, SessionsModel& model, QWidget* parent = nullptr);

    /// Goes to the row of the context's session, where the filter shows it.
    void showCurrentSession();

    /// Shows the trace of the context as it has grown, scrolled as before.
    void takeGrowth();

signals:
    /// The steps of a row, or its first error, shall be looked at.
    void openRequested(int row);
    void firstErrorRequested(int row);
    /// The two that are selected.
    void compareRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    void setUpLook();
    void sizeColumns();
    void fillWidth();
    [[nodiscard]] bool isOnFirstError(const QPoint& position) const;

    SessionContext& m_context;
    SessionsModel& m_model;
    bool m_isFollowing = false; ///< the context is being followed, not led
};

/// All sessions of a trace, to find the one that went wrong: sorted by any column, filtered by
/// words, by failure, by errors. Enter opens a session in the other views, E goes to its first
/// error.
class SessionsView : public QWidget
{
    Q_OBJECT

public:
    explicit SessionsView(SessionContext& context, QWidget* parent = nullptr);

    [[nodiscard]] SessionsModel& model() const { return *m_model; }

    [[nodiscard]] SessionsTable& table() const { return *m_table; }

    /// The line that says how many sessions there are, and how many of them are listed.
    [[nodiscard]] QString summary() const;

signals:
    /// The user wants to look into the session that is current now: whoever shows its steps comes
    /// to the front.
    void sessionOpened();
    void compareRequested(tracestore::SessionId one, tracestore::SessionId other);

private:
    QToolButton* addToggle(const QString& name, const QString& icon, const QString& toolTip);
    void makeActions();
    void applyFilter();
    void clearFilter();
    void updateSummary();
    void followTheme();
    void open(int row);
    void openFirstError(int row);
    void compare();

    SessionContext& m_context;
    QList<QPair<QObject*, QString>> m_icons; ///< before the buttons, which add theirs
    SessionsModel* m_model;
    SessionsTable* m_table;
    QLineEdit* m_text;
    QLabel* m_summary;
    QLabel* m_nothing;
    QToolButton* m_failed;
    QToolButton* m_withErrors;
    QAction* m_compare = nullptr;
};

} // namespace gui
