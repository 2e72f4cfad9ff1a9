#include "gui/branches/branches_delegate.h"
#include "gui/branches/branches_view.h"
#include "gui/context/session_context.h"
#include "gui/theme/theme.h"

#include <QContextMenuEvent>
#include <QHeaderView>

#include <algorithm>
#include <array>

// The table of the branches.

namespace gui {

namespace {

    /// How the columns share what figures leave; 0: as wide as what is in it.
    constexpr std::array<int, BranchesModel::ColumnCount> kShares {
        26, 30, 0, 30, 0, 0, 0, 20, 20, 20};
    constexpr int kLeastWidth = 110; ///< of a column of texts
    constexpr int kMostFigure = 120;

} // namespace

BranchesTable::BranchesTable(SessionContext& context, BranchesModel& model, QWidget* parent)
    : QTableView(parent)
    , m_context(context)
    , m_model(model)
{
    setObjectName(u"branchesTable"_s);
    setAccessibleName(tr("Branches"));
    setModel(&model);
    setItemDelegate(new BranchesDelegate(context.theme(), model, this));
    setUpLook();
}

void BranchesTable::setUpLook()
{
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(EditKeyPressed);
    setShowGrid(false);
    setWordWrap(false);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setFrameShape(NoFrame);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(metrics::kRowHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(metrics::kRowHeight);
    QHeaderView& header = *horizontalHeader();
    header.setHighlightSections(false);
    header.setSectionsClickable(false);
    header.setMinimumSectionSize(40);
    header.setFont(m_context.theme().smallFont());
}

void BranchesTable::sizeColumns(const std::set<int>& wanted)
{
    for (int column = 0; column < BranchesModel::ColumnCount; ++column) {
        const bool isAlways
            = column == BranchesModel::NameColumn || column == BranchesModel::OutcomeColumn;
        const bool isShown = isAlways || wanted.contains(column)
            || m_model.hasAny(static_cast<BranchesModel::Column>(column));
        setColumnHidden(column, !isShown);
    }
    shareWidth();
}

/// Names have room first; the rest scrolls where the view is narrow.
void BranchesTable::shareWidth()
{
    int left = viewport()->width();
    int sum = 0;
    for (int column = 0; column < BranchesModel::ColumnCount; ++column) {
        if (isColumnHidden(column))
            continue;
        const int share = kShares.at(static_cast<std::size_t>(column));
        sum += share;
        if (share > 0)
            continue;
        const int title = horizontalHeader()->sectionSizeHint(column) + 2 * metrics::kMargin;
        const int width = std::max(sizeHintForColumn(column), title);
        setColumnWidth(column, std::min(width, kMostFigure));
        left -= columnWidth(column);
    }
    for (int column = 0; column < BranchesModel::ColumnCount; ++column) {
        const int share = kShares.at(static_cast<std::size_t>(column));
        if (share > 0 && !isColumnHidden(column))
            setColumnWidth(column, std::max(kLeastWidth, left * share / std::max(sum, 1)));
    }
}

void BranchesTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    shareWidth();
}

void BranchesTable::keyPressEvent(QKeyEvent* event)
{
    const bool isPlain = !(event->modifiers() & ~Qt::KeypadModifier);
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (state() == EditingState || !isPlain || !currentIndex().isValid())
        return QTableView::keyPressEvent(event);
    if (isReturn) {
        emit openRequested(currentIndex().row());
        return;
    }
    // F2 renames, wherever in the row one stands; but what one has gone to is written.
    if (event->key() == Qt::Key_F2
        && !(m_model.flags(currentIndex()).testFlag(Qt::ItemIsEditable))) {
        setCurrentIndex(currentIndex().siblingAtColumn(BranchesModel::NameColumn));
        edit(currentIndex());
        return;
    }
    QTableView::keyPressEvent(event);
}

void BranchesTable::mouseDoubleClickEvent(QMouseEvent* event)
{
    const QModelIndex index = indexAt(event->pos());
    if (!index.isValid() || event->button() != Qt::LeftButton)
        return;
    const bool isWritten = index.column() == BranchesModel::FoundColumn
        || index.column() == BranchesModel::NoteColumn;
    if (isWritten)
        edit(index);
    else
        emit openRequested(index.row());
}

void BranchesTable::contextMenuEvent(QContextMenuEvent* event)
{
    if (event->reason() == QContextMenuEvent::Keyboard && currentIndex().isValid())
        emit menuRequested(viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft()));
    else if (indexAt(event->pos()).isValid())
        emit menuRequested(event->globalPos());
}

} // namespace gui
