#pragma once

#include "gui/widgets/type_ahead.h"
#include "tracestore/model/span.h"

#include <QTableView>
#include <QTimer>

namespace gui {

class SessionContext;
class StepColumns;
struct StepColumnsRecorded;
struct TraceGrowth;
class StepPreviews;
class StepTreeModel;

/// The steps of a trace as a tree, in the order of time: a table of the rows in sight that draws
/// itself as a tree, so that a million steps scroll, fold and unfold at once. Selection and hover
/// are those of the context. Arrows walk and fold, `*` opens all below, letters search for names.
class StepTreeView : public QTableView
{
    Q_OBJECT

public:
    explicit StepTreeView(SessionContext& context, QWidget* parent = nullptr);

    [[nodiscard]] StepTreeModel& stepModel() const { return *m_model; }

    [[nodiscard]] StepColumns& columns() const { return *m_columns; }

    void keyboardSearch(const QString& text) override;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    /// Where the rows are scrolled to.
    struct Place
    {
        tracestore::SpanId top; ///< the first step in sight
        int y = 0; ///< where it stands
        bool isAtEnd = false;
    };

    void setUpLook();
    void setUpColumns();
    void showColumnsMenu(QPoint inHeader);
    [[nodiscard]] StepColumnsRecorded recordedColumns() const;
    void takeGrowth(const TraceGrowth& growth);
    [[nodiscard]] Place place() const;
    void restorePlace(const Place& place);
    void addActions();
    QAction* addAction(const QString& icon, const QString& text, void (StepTreeView::*slot)());
    void updateIcons();

    void showSelected();
    void closeSessionLeft(tracestore::SpanId span);
    void revealSelected(tracestore::SpanId span);
    void repaintRowOf(tracestore::SpanId span);
    void setRowOpen(int row, bool open);
    void goTo(int row);
    void foldOrGoUp(int row);
    void unfoldOrGoDown(int row);
    [[nodiscard]] bool isOnExpander(const QPoint& position) const;

    [[nodiscard]] int currentRow() const { return currentIndex().row(); }

    void goToNextError();
    void goToPreviousError();
    void setFiltered(bool isFiltered);
    void updateHits();
    void openAll();
    void closeAll();
    void openAllBelowCurrent();
    void closeOthers();
    void copyRow();
    void copyName();
    void copyId();

    SessionContext& m_context;
    StepTreeModel* m_model;
    StepPreviews* m_previews;
    StepColumns* m_columns = nullptr;
    QList<QPair<QAction*, QString>> m_icons;
    QAction* m_filter = nullptr;
    QList<QAction*> m_errorActions;
    QTimer m_hitPause;
    TypeAhead m_typed;
    tracestore::SpanId m_lastHovered;
    tracestore::SessionId m_openedSession; ///< opened by following the selection
    bool m_isFollowing = false; ///< the context is being followed, not led
};

} // namespace gui
