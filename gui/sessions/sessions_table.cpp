#include "gui/context/session_context.h"
#include "gui/sessions/sessions_delegate.h"
#include "gui/sessions/sessions_model.h"
#include "gui/sessions/sessions_view.h"
#include "gui/theme/theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QScrollBar>

// The table of the sessions view: rows, columns, keys and mouse.

namespace gui {

using namespace Qt::StringLiterals;

using Field = SessionsModel::Field;

SessionsTable::SessionsTable(SessionContext& context, SessionsModel& model, QWidget* parent)
    : QTableView(parent)
    , m_context(context)
    , m_model(model)
{
    setObjectName(u"sessionsTable"_s);
    setAccessibleName(tr("Sessions"));
    setAccessibleDescription(
        tr("One row a session. Enter opens it, E goes to its first error, / filters."));
    setModel(&model);
    setItemDelegate(new SessionsDelegate(context, this));
    setUpLook();
    connect(&context, &SessionContext::sessionChanged, this, &SessionsTable::showCurrentSession);
    connect(&model, &QAbstractItemModel::modelReset, this, &SessionsTable::showCurrentSession);
    connect(&context.theme(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    connect(this, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (m_model.field(index.column()) == Field::FirstError)
            emit firstErrorRequested(index.row());
    });
    showCurrentSession();
}

void SessionsTable::setUpLook()
{
    setSelectionBehavior(SelectRows);
    // Two can be chosen to be compared.
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(metrics::kRowHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(metrics::kRowHeight);
    QHeaderView& header = *horizontalHeader();
    header.setHighlightSections(false);
    header.setMinimumSectionSize(40);
    header.setFont(m_context.theme().smallFont());
    header.setAccessibleName(tr("Columns; press one to sort by it"));
    header.setSectionsMovable(true);
    header.setSortIndicatorClearable(true);
    // Nothing is sorted before somebody asks: the order of the trace.
    header.setSortIndicator(-1, Qt::AscendingOrder);
    setSortingEnabled(true);
    sizeColumns();
}

/// Wide enough for what stands in them, within reason.
void SessionsTable::sizeColumns()
{
    constexpr int kMostRowsLookedAt = 500;
    constexpr int kForSortArrow = 12;
    const QFontMetrics metrics(m_context.theme().smallFont());
    for (int column = 0; column < m_model.columnCount(); ++column) {
        const QString title
            = m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        int width = metrics.horizontalAdvance(title) + 2 * metrics::kMargin + kForSortArrow;
        const Field field = m_model.field(column);
        const int icon = field == Field::Outcome || field == Field::FirstError ? 20 : 0;
        const int most = field == Field::Title || field == Field::FirstError ? 260 : 160;
        // Titles are long: one that needs all there is says enough of the column.
        for (int row = 0; row < std::min(m_model.rowCount(), kMostRowsLookedAt) && width < most;
             ++row) {
            const QString text = m_model.index(row, column).data().toString();
            width = std::max(width, metrics.horizontalAdvance(text) + 2 * metrics::kMargin + icon);
        }
        horizontalHeader()->resizeSection(column, std::min(width, most));
    }
}

/// Room that is left over belongs to the title.
void SessionsTable::fillWidth()
{
    constexpr int kLeastTitle = 160;
    const int title = m_model.columnOf(Field::Title);
    const int others = horizontalHeader()->length() - columnWidth(title);
    setColumnWidth(title, std::max(kLeastTitle, viewport()->width() - others));
}

void SessionsTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    fillWidth();
}

void SessionsTable::takeGrowth()
{
    const int left = horizontalScrollBar()->value();
    const int top = verticalScrollBar()->value();
    const int columns = m_model.columnCount();
    m_model.takeGrowth();
    if (m_model.columnCount() != columns) {
        horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
        sizeColumns();
    }
    executeDelayedItemsLayout();
    horizontalScrollBar()->setValue(left);
    verticalScrollBar()->setValue(top);
}

void SessionsTable::showCurrentSession()
{
    const QScopedValueRollback following(m_isFollowing, true);
    const int row = m_context.session().isValid() ? m_model.rowOf(m_context.session()) : -1;
    if (row < 0) {
        setCurrentIndex({});
        return;
    }
    if (row == currentIndex().row())
        return;
    const int column = std::max(currentIndex().column(), 0);
    setCurrentIndex(m_model.index(row, column));
    scrollTo(currentIndex(), EnsureVisible);
}

void SessionsTable::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    if (m_isFollowing || !current.isValid())
        return;
    const SessionRow& row = m_model.at(current.row());
    if (row.session == m_context.session())
        return;
    if (row.first.isValid())
        m_context.select(row.first);
    else
        m_context.setSession(row.session);
}

bool SessionsTable::isOnFirstError(const QPoint& position) const
{
    const QModelIndex index = indexAt(position);
    return index.isValid() && m_model.field(index.column()) == Field::FirstError
        && m_model.at(index.row()).firstError.isValid();
}

void SessionsTable::keyPressEvent(QKeyEvent* event)
{
    const int row = currentIndex().row();
    if (event->matches(QKeySequence::Copy)) {
        if (row >= 0)
            QGuiApplication::clipboard()->setText(m_model.rowText(row));
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (row >= 0)
            emit openRequested(row);
        return;
    }
    const bool isPlain = (event->modifiers() & ~Qt::KeypadModifier) == 0;
    if (isPlain && m_model.rowCount() > 0 && event->key() == Qt::Key_Home)
        return setCurrentIndex(m_model.index(0, 0));
    if (isPlain && m_model.rowCount() > 0 && event->key() == Qt::Key_End)
        return setCurrentIndex(m_model.index(m_model.rowCount() - 1, 0));
    QTableView::keyPressEvent(event);
}

void SessionsTable::mouseMoveEvent(QMouseEvent* event)
{
    QTableView::mouseMoveEvent(event);
    viewport()->setCursor(isOnFirstError(event->pos()) ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void SessionsTable::mouseDoubleClickEvent(QMouseEvent* event)
{
    const int row = rowAt(event->pos().y());
    if (event->button() == Qt::LeftButton && row >= 0 && !isOnFirstError(event->pos()))
        emit openRequested(row);
}

void SessionsTable::contextMenuEvent(QContextMenuEvent* event)
{
    const bool isByKey = event->reason() == QContextMenuEvent::Keyboard;
    const int row = isByKey ? currentIndex().row() : rowAt(event->pos().y());
    if (row < 0)
        return;
    // A right click on several that are chosen is about all of them.
    if (!selectionModel()->isRowSelected(row))
        setCurrentIndex(m_model.index(row, 0));
    QMenu menu(this);
    connect(menu.addAction(tr("Open session\tEnter")), &QAction::triggered, this, [this, row] {
        emit openRequested(row);
    });
    QAction* error = menu.addAction(tr("Go to first error\tE"));
    error->setEnabled(m_model.at(row).firstError.isValid());
    connect(error, &QAction::triggered, this, [this, row] { emit firstErrorRequested(row); });
    QAction* compared = menu.addAction(tr("Compare the two selected\tC"));
    compared->setEnabled(selectionModel()->selectedRows().size() == 2);
    connect(compared, &QAction::triggered, this, &SessionsTable::compareRequested);
    menu.addSeparator();
    connect(menu.addAction(tr("Copy title")), &QAction::triggered, this, [this, row] {
        QGuiApplication::clipboard()->setText(m_model.at(row).title);
    });
    connect(menu.addAction(tr("Copy row\tCtrl+C")), &QAction::triggered, this, [this, row] {
        QGuiApplication::clipboard()->setText(m_model.rowText(row));
    });
    menu.exec(isByKey ? viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft())
                      : event->globalPos());
}

} // namespace gui
