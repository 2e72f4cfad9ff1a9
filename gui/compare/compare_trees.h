#pragma once

#include "gui/compare/compare_context.h"
#include "gui/compare/compare_rows.h"
#include "gui/widgets/type_ahead.h"

#include <QTableView>

class QMenu;

namespace gui {

class CompareModel;
class StepPreviews;

/// Both step trees side by side, a row for each pair: a table of the rows in sight that draws
/// itself, so that a hundred thousand pairs scroll and fold at once. Selection is that of the
/// context. Arrows walk and fold, Enter opens a folded stretch, letters search for names.
class CompareTrees : public QTableView
{
    Q_OBJECT

public:
    explicit CompareTrees(CompareContext& context, QWidget* parent = nullptr);

    [[nodiscard]] CompareModel& compareModel() const { return *m_model; }

    void keyboardSearch(const QString& text) override;

public slots:
    void setFolding(gui::EqualFolding folding);
    void goToNextDifference();
    void goToPreviousDifference();

signals:
    /// The step of a side shall be shown in its own trace.
    void openRequested(std::size_t pair, gui::CompareSide side);
    /// More can be added to the menu.
    void menuOpened(QMenu* menu, std::size_t pair);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    void setUpLook();
    void showSelected(bool isRevealed);
    void setRowOpen(int row, bool isOpen);
    void unfoldRow(int row);
    void goTo(int row);
    void foldOrGoUp(int row);
    void unfoldOrGoDown(int row);
    [[nodiscard]] bool isOnExpander(QPoint position) const;

    [[nodiscard]] int currentRow() const { return currentIndex().row(); }

    CompareContext& m_context;
    CompareModel* m_model;
    OfBoth<StepPreviews*> m_previews; ///< of the sides as they were at first
    TypeAhead m_typed;
    bool m_isFollowing = false; ///< the context is being followed, not led
};

} // namespace gui
