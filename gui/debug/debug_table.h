#pragma once

#include "gui/debug/run_table.h"

#include <QStyledItemDelegate>

#include <vector>

namespace gui {

class Theme;

/// What the lists of the debugger tell their delegate beside the texts.
enum DebugRole
{
    MarkRole = Qt::UserRole, ///< BreakpointMark as int, in a column of its own
    ProblemRole, ///< QString: stands behind the text in the colour of errors
    HintRole, ///< QString: what to do about the problem
    IdRole, ///< number of the breakpoint, watch or fault
    CodeRole, ///< bool: in the font of code
    FaintRole, ///< bool: it is off
    ChangedRole, ///< bool: stands out, has changed
    SpanRole, ///< SpanId::value of the step that the cell names
};

/// A list that is edited: keys for what is done with its rows. Space switches, Delete removes,
/// Enter edits.
class DebugTable : public RunTable
{
    Q_OBJECT

public:
    /// `markColumn`: where a mark stands and a click switches; -1: none.
    DebugTable(Theme& theme, int markColumn, QWidget* parent = nullptr);

    /// How the columns share the width, until the user chooses widths; 0: as wide as it is now.
    void setShares(std::vector<int> shares);
    void shareWidth();

    /// IdRole of the rows that are selected, in their order.
    [[nodiscard]] std::vector<std::uint32_t> selectedIds() const;

    /// Of the current row; 0 where there is none.
    [[nodiscard]] std::uint32_t currentId() const;

signals:
    void switched();
    void removed();
    void edited();
    /// Alt with an arrow: the current row is to go up (-1) or down (1).
    void moved(int by);
    void menuRequested(QPoint global);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    int m_markColumn;
    std::vector<int> m_shares;
    bool m_isSharing = false;
    bool m_isWidthChosen = false;
};

/// Draws the cells of the lists by their DebugRoles.
class DebugDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit DebugDelegate(Theme& theme, QObject* parent = nullptr);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    void paintTexts(QPainter& painter, QRect rect, const QModelIndex& index) const;

    Theme& m_theme;
};

} // namespace gui
