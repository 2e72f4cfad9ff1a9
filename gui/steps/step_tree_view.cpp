#include "gui/steps/step_tree_view.h"

#include "gui/context/session_context.h"
#include "gui/models/step_previews.h"
#include "gui/models/step_tree_model.h"
#include "gui/steps/step_columns.h"
#include "gui/steps/step_delegate.h"
#include "gui/steps/step_margin.h"
#include "gui/steps/step_row.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QScrollBar>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

StepTreeView::StepTreeView(SessionContext& context, QWidget* parent)
    : QTableView(parent)
    , m_context(context)
    , m_model(new StepTreeModel(context, this))
    , m_previews(new StepPreviews(context, this))
{
    setObjectName(u"steps"_s);
    setWindowTitle(tr("Steps"));
    setAccessibleName(tr("Steps"));
    setAccessibleDescription(tr("The steps of the trace as a tree, in the order of time"));
    setModel(m_model);
    setItemDelegate(new StepDelegate(context, *m_previews, this));
    connect(m_previews, &StepPreviews::arrived, viewport(), qOverload<>(&QWidget::update));
    setUpLook();
    setUpColumns();
    addActions();
    connect(&context, &SessionContext::selectionChanged, this, [this] { showSelected(); });
    connect(&context, &SessionContext::revealed, this, &StepTreeView::revealSelected);
    connect(&context, &SessionContext::hoverChanged, this, [this](SpanId span) {
        repaintRowOf(m_lastHovered);
        repaintRowOf(span);
        m_lastHovered = span;
    });
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] { showSelected(); });
    // Hits arrive by the thousand while a search runs.
    m_hitPause.setSingleShot(true);
    m_hitPause.setInterval(150);
    connect(&m_hitPause, &QTimer::timeout, this, &StepTreeView::updateHits);
    connect(&context, &SessionContext::hitsChanged, this, [this] {
        viewport()->update();
        if (!m_hitPause.isActive())
            m_hitPause.start();
    });
    connect(
        &context.annotations(), &Annotations::changed, viewport(), qOverload<>(&QWidget::update));
    connect(&context.origins(), &OriginMarks::changed, viewport(), qOverload<>(&QWidget::update));
    connect(&context.findings(), &FindingMarks::changed, viewport(), qOverload<>(&QWidget::update));
    context.origins().addKeys(
        *this, [&context] { return originOfStep(*context.trace(), context.selected()); });
    connect(&context.theme(), &Theme::changed, this, &StepTreeView::updateIcons);
    connect(&context, &SessionContext::traceGrown, this, &StepTreeView::takeGrowth);
    connect(&context, &SessionContext::nowChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&context, &SessionContext::stopChanged, viewport(), qOverload<>(&QWidget::update));
    showSelected();
}

void StepTreeView::setUpLook()
{
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMinimumWidth(220);
    setVerticalHeader(new StepMargin(m_context, *m_model, this));
    const auto showMargin
        = [this] { verticalHeader()->setVisible(m_context.breakpoints().isOn()); };
    showMargin();
    connect(&m_context.breakpoints(), &BreakpointMarks::changed, this, showMargin);
    verticalHeader()->setMinimumSectionSize(metrics::kRowHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(metrics::kRowHeight);
}

void StepTreeView::setUpColumns()
{
    QHeaderView& header = *horizontalHeader();
    header.setSectionsClickable(false);
    header.setHighlightSections(false);
    header.setMinimumSectionSize(40);
    header.setFont(m_context.theme().smallFont());
    header.setSectionResizeMode(QHeaderView::Interactive);
    header.setSectionResizeMode(StepTreeModel::StepColumn, QHeaderView::Stretch);
    const QFontMetrics metrics(m_context.theme().smallFont());
    const auto widthFor = [&](const QString& text) {
        return metrics.horizontalAdvance(text) + metrics::kMargin + 2 * metrics::kSpacing;
    };
    header.resizeSection(StepTreeModel::DurationColumn, widthFor(u"00 min 00"_s));
    header.resizeSection(StepTreeModel::TokensColumn, widthFor(u"000,000"_s));
    header.resizeSection(StepTreeModel::CostColumn, widthFor(u"<$0.0001"_s));
    m_columns = new StepColumns(*this, recordedColumns());
    header.setContextMenuPolicy(Qt::CustomContextMenu);
    connect(
        &header, &QHeaderView::customContextMenuRequested, this, &StepTreeView::showColumnsMenu);
}

/// Where the trace says nothing of a figure, the names have its room.
StepColumnsRecorded StepTreeView::recordedColumns() const
{
    const tracestore::TraceTotals& totals = m_context.totals();
    return {.duration = totals.start.has_value(),
            .tokens = totals.tokens.total().has_value(),
            .cost = totals.cost.has_value()};
}

void StepTreeView::showColumnsMenu(QPoint inHeader)
{
    QMenu menu(this);
    m_columns->addTo(menu);
    if (!menu.isEmpty())
        menu.exec(horizontalHeader()->mapToGlobal(inHeader));
}

void StepTreeView::resizeEvent(QResizeEvent* event)
{
    m_columns->fit();
    QTableView::resizeEvent(event);
}

void StepTreeView::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    std::vector<SpanId> inSight;
    const int first = rowAt(0);
    const int last = rowAt(viewport()->height() - 1);
    for (int row = std::max(first, 0); row < m_model->rowCount() && (last < 0 || row <= last);
         ++row) {
        SpanId span;
        span.value = m_model->index(row, 0).data(StepTreeModel::SpanRole).toUInt();
        inSight.push_back(span);
    }
    m_previews->request(inSight);
}

QAction*
StepTreeView::addAction(const QString& icon, const QString& text, void (StepTreeView::*slot)())
{
    auto* action = new QAction(m_context.theme().icon(icon), text, this);
    action->setToolTip(text);
    connect(action, &QAction::triggered, this, slot);
    QTableView::addAction(action);
    m_icons.emplaceBack(action, icon);
    return action;
}

void StepTreeView::addActions()
{
    QAction* previous
        = addAction(u"previous-error"_s, tr("Previous error"), &StepTreeView::goToPreviousError);
    QAction* next = addAction(u"next-error"_s, tr("Next error"), &StepTreeView::goToNextError);
    m_errorActions = {previous, next};
    for (QAction* action : std::as_const(m_errorActions))
        action->setEnabled(!m_context.errors().empty());
    m_filter = new QAction(m_context.theme().icon(u"filter"_s), tr("Show only hits"), this);
    m_filter->setToolTip(tr("Show only the hits of the search and what is above them"));
    m_filter->setCheckable(true);
    m_filter->setEnabled(false);
    connect(m_filter, &QAction::toggled, this, &StepTreeView::setFiltered);
    QTableView::addAction(m_filter);
    m_icons.emplaceBack(m_filter, u"filter"_s);
    addAction(u"expand-all"_s, tr("Open all steps"), &StepTreeView::openAll);
    addAction(u"collapse-all"_s, tr("Close all steps"), &StepTreeView::closeAll);
}

void StepTreeView::updateIcons()
{
    for (const auto& [action, icon] : m_icons)
        action->setIcon(m_context.theme().icon(icon));
    viewport()->update();
}

// ---- in step with the context

void StepTreeView::showSelected()
{
    const QScopedValueRollback following(m_isFollowing, true);
    const SpanId span = m_context.selected();
    if (!span.isValid()) {
        // A session's row is current while no step is selected: it stays.
        if (currentIndex().isValid() && m_model->spanAt(currentRow()).isValid())
            setCurrentIndex({});
        return;
    }
    const bool stays
        = m_context.isFollowing() && !visualRect(currentIndex()).intersects(viewport()->rect());
    closeSessionLeft(span);
    m_model->show(span);
    const QModelIndex index = m_model->index(m_model->rowOf(span), StepTreeModel::StepColumn);
    setAutoScroll(!stays);
    setCurrentIndex(index);
    setAutoScroll(true);
    if (!stays)
        scrollTo(index, EnsureVisible);
}

/// Of many sessions, those that were opened only because the selection went there close behind it.
void StepTreeView::closeSessionLeft(SpanId span)
{
    const StepTree& tree = m_model->tree();
    const auto session = m_context.trace()->sessionOf(span);
    const auto header = tree.nodeOf(session);
    if (!header || tree.isOpen(*header)
        || m_context.trace()->sessions().size() <= StepTree::kMostOpenSessions)
        return;
    if (m_openedSession.isValid())
        m_model->setOpen(static_cast<int>(tree.nearestRow(*tree.nodeOf(m_openedSession))), false);
    m_openedSession = session;
}

void StepTreeView::revealSelected(SpanId span)
{
    if (!span.isValid())
        return;
    showSelected();
    scrollTo(currentIndex(), PositionAtCenter);
}

void StepTreeView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    if (m_isFollowing || !current.isValid())
        return;
    const auto node = m_model->tree().nodeAtRow(static_cast<std::size_t>(current.row()));
    m_context.select(m_model->spanAt(current.row()));
    if (const auto session = m_model->tree().sessionAt(node); session.isValid())
        m_context.setSession(session);
}

void StepTreeView::repaintRowOf(SpanId span)
{
    const int row = m_model->rowOf(span);
    if (row >= 0)
        viewport()->update(0, rowViewportPosition(row), viewport()->width(), rowHeight(row));
}

// ---- a trace that grows

StepTreeView::Place StepTreeView::place() const
{
    const QScrollBar* bar = verticalScrollBar();
    Place place {.isAtEnd = bar->maximum() > 0 && bar->value() == bar->maximum()};
    for (int row = std::max(rowAt(0), 0); row < m_model->rowCount(); ++row) {
        place.top = m_model->spanAt(row);
        place.y = rowViewportPosition(row);
        if (place.top.isValid())
            break;
    }
    return place;
}

/// What one reads stays where it is, unless one reads the end.
void StepTreeView::restorePlace(const Place& place)
{
    executeDelayedItemsLayout();
    QScrollBar* bar = verticalScrollBar();
    if (place.isAtEnd)
        bar->setValue(bar->maximum());
    else if (const int row = m_model->rowOf(place.top); row >= 0)
        bar->setValue(bar->value() + rowViewportPosition(row) - place.y);
}

void StepTreeView::takeGrowth(const TraceGrowth& growth)
{
    const Place before = place();
    {
        // The current row may go from one number to another; no step is chosen by that.
        const QScopedValueRollback following(m_isFollowing, true);
        m_model->takeGrowth(growth);
    }
    m_columns->setRecorded(recordedColumns());
    for (QAction* action : std::as_const(m_errorActions))
        action->setEnabled(!m_context.errors().empty());
    restorePlace(before);
}

// ---- folding and walking

void StepTreeView::goTo(int row)
{
    setCurrentIndex(m_model->index(row, StepTreeModel::StepColumn));
}

void StepTreeView::setRowOpen(int row, bool open)
{
    // The view would move on to whatever row comes behind; the step that hides the selected one is
    // nearer.
    const SpanId selected = m_context.selected();
    if (!open && selected.isValid() && m_model->hasBelow(row)) {
        const int at = m_model->rowOf(selected);
        int above = at;
        while (above > row)
            above = m_model->parentRow(above);
        if (at > row && above == row)
            goTo(row);
    }
    m_model->setOpen(row, open);
}

void StepTreeView::foldOrGoUp(int row)
{
    if (m_model->hasBelow(row) && m_model->isOpen(row))
        setRowOpen(row, false);
    else if (const int parent = m_model->parentRow(row); parent >= 0)
        goTo(parent);
}

void StepTreeView::unfoldOrGoDown(int row)
{
    if (!m_model->hasBelow(row))
        return;
    if (m_model->isOpen(row))
        goTo(row + 1);
    else
        setRowOpen(row, true);
}

void StepTreeView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        copyRow();
        return;
    }
    const int rows = m_model->rowCount();
    const int row = currentRow();
    const bool isPlain = (event->modifiers() & ~Qt::KeypadModifier & ~Qt::ShiftModifier) == 0;
    if (rows == 0 || !isPlain) {
        QTableView::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Home:
        return goTo(0);
    case Qt::Key_End:
        return goTo(rows - 1);
    case Qt::Key_Left:
        return row < 0 ? goTo(0) : foldOrGoUp(row);
    case Qt::Key_Right:
        return row < 0 ? goTo(0) : unfoldOrGoDown(row);
    case Qt::Key_Asterisk:
        return openAllBelowCurrent();
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (row >= 0 && m_model->spanAt(row).isValid())
            m_context.reveal(m_model->spanAt(row));
        return;
    default:
        QTableView::keyPressEvent(event);
    }
}

void StepTreeView::keyboardSearch(const QString& text)
{
    m_typed.take(text);
    if (m_model->rowCount() == 0)
        return;
    const int row = m_model->findName(m_typed.text(), m_typed.from(currentRow()));
    if (row >= 0)
        goTo(row);
}

// ---- mouse

bool StepTreeView::isOnExpander(const QPoint& position) const
{
    const QModelIndex index = indexAt(position);
    if (!index.isValid() || index.column() != StepTreeModel::StepColumn
        || !m_model->hasBelow(index.row()))
        return false;
    const int depth = index.data(StepTreeModel::DepthRole).toInt();
    return steprow::expanderRect(visualRect(index), depth).contains(position);
}

void StepTreeView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && isOnExpander(event->pos())) {
        const int row = rowAt(event->pos().y());
        setRowOpen(row, !m_model->isOpen(row));
        return;
    }
    QTableView::mousePressEvent(event);
}

void StepTreeView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (isOnExpander(event->pos())) {
        mousePressEvent(event);
        return;
    }
    const int row = rowAt(event->pos().y());
    if (row < 0)
        return;
    if (const SpanId span = m_model->spanAt(row); span.isValid())
        m_context.reveal(span);
    else
        setRowOpen(row, !m_model->isOpen(row));
}

void StepTreeView::mouseMoveEvent(QMouseEvent* event)
{
    QTableView::mouseMoveEvent(event);
    const int row = rowAt(event->pos().y());
    m_context.setHovered(row < 0 ? SpanId() : m_model->spanAt(row));
}

void StepTreeView::leaveEvent(QEvent* event)
{
    QTableView::leaveEvent(event);
    m_context.setHovered({});
}

void StepTreeView::contextMenuEvent(QContextMenuEvent* event)
{
    const bool isByKey = event->reason() == QContextMenuEvent::Keyboard;
    const int row = isByKey ? currentRow() : rowAt(event->pos().y());
    if (row < 0)
        return;
    goTo(row);
    QMenu menu(this);
    const auto add = [&](const QString& text, void (StepTreeView::*slot)(), bool isEnabled) {
        QAction* action = menu.addAction(text);
        action->setEnabled(isEnabled);
        connect(action, &QAction::triggered, this, slot);
    };
    const bool isStep = m_model->spanAt(row).isValid();
    add(tr("Copy name"), &StepTreeView::copyName, true);
    add(tr("Copy id"),
        &StepTreeView::copyId,
        isStep && !m_context.trace()->origId(m_model->spanAt(row)).empty());
    add(tr("Copy row\tCtrl+C"), &StepTreeView::copyRow, true);
    m_context.breakpoints().fillMenu(menu, m_model->spanAt(row));
    m_context.origins().fillMenu(menu, originOfStep(*m_context.trace(), m_model->spanAt(row)));
    menu.addSeparator();
    add(tr("Open all below\t*"), &StepTreeView::openAllBelowCurrent, m_model->hasBelow(row));
    add(tr("Close the others"), &StepTreeView::closeOthers, true);
    menu.addSeparator();
    add(tr("Next error"), &StepTreeView::goToNextError, !m_context.errors().empty());
    add(tr("Previous error"), &StepTreeView::goToPreviousError, !m_context.errors().empty());
    menu.addSeparator();
    QMenu& columns = *menu.addMenu(tr("Columns"));
    m_columns->addTo(columns);
    columns.setEnabled(!columns.isEmpty());
    const QPoint atRow = visualRect(currentIndex()).bottomLeft();
    menu.exec(isByKey ? viewport()->mapToGlobal(atRow) : event->globalPos());
}

// ---- actions

void StepTreeView::goToNextError()
{
    m_context.reveal(m_context.nextError());
}

void StepTreeView::goToPreviousError()
{
    m_context.reveal(m_context.previousError());
}

void StepTreeView::setFiltered(bool isFiltered)
{
    if (isFiltered)
        m_model->filterByHits();
    else
        m_model->showAll();
}

void StepTreeView::updateHits()
{
    m_filter->setEnabled(!m_context.hits().isEmpty());
    if (m_filter->isChecked())
        m_model->filterByHits();
    viewport()->update();
}

void StepTreeView::openAll()
{
    m_model->openAll();
}

void StepTreeView::closeAll()
{
    // What is selected stays in sight, under the closed step at the top that holds it.
    int top = currentRow();
    while (top >= 0 && m_model->parentRow(top) >= 0)
        top = m_model->parentRow(top);
    if (top >= 0)
        goTo(top);
    m_model->closeAll();
}

void StepTreeView::openAllBelowCurrent()
{
    if (currentRow() >= 0)
        m_model->openAllBelow(currentRow());
}

void StepTreeView::closeOthers()
{
    if (currentRow() >= 0)
        m_model->closeOthers(currentRow());
}

void StepTreeView::copyRow()
{
    if (currentRow() >= 0)
        QGuiApplication::clipboard()->setText(m_model->rowText(currentRow()));
}

void StepTreeView::copyName()
{
    if (currentRow() >= 0)
        QGuiApplication::clipboard()->setText(m_model->index(currentRow(), 0).data().toString());
}

void StepTreeView::copyId()
{
    const SpanId span = currentRow() >= 0 ? m_model->spanAt(currentRow()) : SpanId();
    if (span.isValid())
        QGuiApplication::clipboard()->setText(toText(m_context.trace()->origId(span)));
}

} // namespace gui
