#include "gui/compare/compare_trees.h"

#include "gui/compare/compare_delegate.h"
#include "gui/compare/compare_model.h"
#include "gui/context/session_context.h"
#include "gui/models/step_previews.h"
#include "gui/steps/step_row.h"
#include "gui/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

CompareTrees::CompareTrees(CompareContext& context, QWidget* parent)
    : QTableView(parent)
    , m_context(context)
    , m_model(new CompareModel(context, this))
{
    setObjectName(u"compareTrees"_s);
    setAccessibleName(tr("Steps of A and B"));
    setAccessibleDescription(tr("The steps of both traces as a tree, pair by pair"));
    for (const CompareSide side : kBothSides) {
        m_previews[side] = new StepPreviews(context.context(side), this);
        connect(
            m_previews[side], &StepPreviews::arrived, viewport(), qOverload<>(&QWidget::update));
    }
    setModel(m_model);
    setItemDelegate(new CompareDelegate(context, *m_model, m_previews, this));
    setUpLook();
    connect(&context, &CompareContext::selectionChanged, this, [this] { showSelected(false); });
    connect(&context, &CompareContext::revealed, this, [this] { showSelected(true); });
    connect(&context, &CompareContext::swapped, viewport(), qOverload<>(&QWidget::update));
    connect(&context.theme(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    showSelected(true);
}

void CompareTrees::setUpLook()
{
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setFrameShape(NoFrame);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    horizontalHeader()->hide();
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(metrics::kRowHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(metrics::kRowHeight);
}

void CompareTrees::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    OfBoth<std::vector<SpanId>> inSight;
    const int first = std::max(rowAt(0), 0);
    const int last = rowAt(viewport()->height() - 1);
    for (int row = first; row < m_model->rowCount() && (last < 0 || row <= last); ++row) {
        for (const CompareSide side : kBothSides) {
            if (!m_model->at(row).isFold)
                inSight[side].push_back(m_context.spanOf(m_model->at(row).first, side));
        }
    }
    for (const CompareSide side : kBothSides)
        m_previews[m_context.isSwapped() ? otherSide(side) : side]->request(inSight[side]);
}

// ---- in step with the context

void CompareTrees::showSelected(bool isRevealed)
{
    const auto pair = m_context.selected();
    if (!pair)
        return;
    const QScopedValueRollback following(m_isFollowing, true);
    m_model->show(*pair);
    const QModelIndex index = m_model->index(m_model->rowOf(*pair), 0);
    setCurrentIndex(index);
    scrollTo(index, isRevealed ? PositionAtCenter : EnsureVisible);
}

void CompareTrees::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    if (!m_isFollowing && current.isValid() && !m_model->at(current.row()).isFold)
        m_context.select(m_model->at(current.row()).first);
}

void CompareTrees::goToNextDifference()
{
    if (const auto pair = m_context.nextDifference())
        m_context.reveal(*pair);
}

void CompareTrees::goToPreviousDifference()
{
    if (const auto pair = m_context.previousDifference())
        m_context.reveal(*pair);
}

// ---- folding and walking

void CompareTrees::setFolding(EqualFolding folding)
{
    const QScopedValueRollback following(m_isFollowing, true);
    m_model->setFolding(folding);
    // Where the selected pair was folded away, its fold is what one looks at.
    if (const auto pair = m_context.selected()) {
        setCurrentIndex(m_model->index(m_model->rowOf(*pair), 0));
        scrollTo(currentIndex(), PositionAtCenter);
    }
}

void CompareTrees::goTo(int row)
{
    setCurrentIndex(m_model->index(row, 0));
}

void CompareTrees::setRowOpen(int row, bool isOpen)
{
    const std::size_t pair = m_model->at(row).first;
    const bool wasCurrent
        = currentRow() > row && m_model->at(currentRow()).first < m_model->rows().endOf(pair);
    {
        const QScopedValueRollback following(m_isFollowing, true);
        m_model->setOpen(row, isOpen);
    }
    if (!isOpen && wasCurrent)
        goTo(m_model->rowOf(pair));
}

void CompareTrees::unfoldRow(int row)
{
    const std::size_t pair = m_model->at(row).first;
    {
        const QScopedValueRollback following(m_isFollowing, true);
        m_model->unfold(row);
    }
    goTo(m_model->rowOf(pair));
}

void CompareTrees::foldOrGoUp(int row)
{
    const CompareRow& shown = m_model->at(row);
    if (!shown.isFold && m_model->rows().hasBelow(shown.first)
        && m_model->rows().isOpen(shown.first))
        setRowOpen(row, false);
    else if (const int parent = m_model->parentRow(row); parent >= 0)
        goTo(parent);
}

void CompareTrees::unfoldOrGoDown(int row)
{
    const CompareRow& shown = m_model->at(row);
    if (shown.isFold)
        unfoldRow(row);
    else if (!m_model->rows().hasBelow(shown.first))
        return;
    else if (m_model->rows().isOpen(shown.first))
        goTo(std::min(row + 1, m_model->rowCount() - 1));
    else
        setRowOpen(row, true);
}

void CompareTrees::keyPressEvent(QKeyEvent* event)
{
    const int rows = m_model->rowCount();
    const int row = currentRow();
    if (event->matches(QKeySequence::Copy) && row >= 0) {
        QGuiApplication::clipboard()->setText(m_model->rowText(row));
        return;
    }
    const bool isPlain = (event->modifiers() & ~Qt::KeypadModifier & ~Qt::ShiftModifier) == 0;
    if (rows == 0 || !isPlain)
        return QTableView::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Home:
        return goTo(0);
    case Qt::Key_End:
        return goTo(rows - 1);
    case Qt::Key_Left:
        return row < 0 ? goTo(0) : foldOrGoUp(row);
    case Qt::Key_Right:
        return row < 0 ? goTo(0) : unfoldOrGoDown(row);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (row >= 0 && m_model->at(row).isFold)
            unfoldRow(row);
        else if (row >= 0)
            m_context.reveal(m_model->at(row).first);
        return;
    default:
        QTableView::keyPressEvent(event);
    }
}

void CompareTrees::keyboardSearch(const QString& text)
{
    m_typed.take(text);
    if (m_model->rowCount() == 0)
        return;
    const int row = m_model->findName(m_typed.text(), m_typed.from(currentRow()));
    if (row >= 0)
        goTo(row);
}

// ---- mouse

bool CompareTrees::isOnExpander(QPoint position) const
{
    const QModelIndex index = indexAt(position);
    if (!index.isValid())
        return false;
    const CompareRow& row = m_model->at(index.row());
    if (row.isFold || !m_model->rows().hasBelow(row.first))
        return false;
    const CompareRowPlaces places(visualRect(index));
    const auto side = places.sideAt(position);
    const auto depth = static_cast<int>(m_context.pairs()[row.first].depth);
    return side && steprow::expanderRect(places.cells[*side], depth).contains(position);
}

void CompareTrees::mousePressEvent(QMouseEvent* event)
{
    const int row = rowAt(event->pos().y());
    const bool isLeft = event->button() == Qt::LeftButton && row >= 0;
    if (isLeft && m_model->at(row).isFold)
        return unfoldRow(row);
    if (isLeft && isOnExpander(event->pos()))
        return setRowOpen(row, !m_model->rows().isOpen(m_model->at(row).first));
    QTableView::mousePressEvent(event);
}

void CompareTrees::mouseDoubleClickEvent(QMouseEvent* event)
{
    const int row = rowAt(event->pos().y());
    if (row < 0 || m_model->at(row).isFold || isOnExpander(event->pos()))
        return mousePressEvent(event);
    const CompareRowPlaces places(visualRect(m_model->index(row, 0)));
    const auto side = places.sideAt(event->pos());
    const std::size_t pair = m_model->at(row).first;
    if (side && m_context.spanOf(pair, *side).isValid())
        emit openRequested(pair, *side);
}

void CompareTrees::contextMenuEvent(QContextMenuEvent* event)
{
    const bool isKey = event->reason() == QContextMenuEvent::Keyboard;
    const int row = isKey ? currentRow() : rowAt(event->pos().y());
    if (row < 0)
        return;
    goTo(row);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    if (m_model->at(row).isFold)
        menu->addAction(tr("Show these steps\tEnter"), this, [this, row] { unfoldRow(row); });
    else
        emit menuOpened(menu, m_model->at(row).first);
    menu->addSeparator();
    menu->addAction(tr("Copy row\tCtrl+C"), this, [this, row] {
        QGuiApplication::clipboard()->setText(m_model->rowText(row));
    });
    menu->addAction(tr("Open all steps"), this, [this] {
        const QScopedValueRollback following(m_isFollowing, true);
        m_model->setAllOpen(true);
        showSelected(true);
    });
    const QPoint place = isKey ? viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft())
                               : event->globalPos();
    menu->popup(place);
}

} // namespace gui
