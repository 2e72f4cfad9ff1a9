#include "gui/debug/run_table.h"

#include "gui/theme/theme.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>

namespace gui {

void paintEmptyText(QAbstractItemView& view, const Theme& theme, const QString& text)
{
    QPainter painter(view.viewport());
    painter.setFont(theme.smallFont());
    painter.setPen(theme.color(ColorRole::TextDim));
    const QRect room = view.viewport()->rect().adjusted(
        2 * metrics::kMargin, metrics::kMargin, -2 * metrics::kMargin, -metrics::kMargin);
    painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap, text);
}

RunTable::RunTable(Theme& theme, QWidget* parent)
    : QTableView(parent)
    , m_theme(theme)
{
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(metrics::kRowHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(metrics::kRowHeight);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    connect(this, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        emit rowActivated(index.row());
    });
    connect(&theme, &Theme::changed, this, &RunTable::followTheme);
    followTheme();
}

void RunTable::followTheme()
{
    setFont(m_theme.smallFont());
    horizontalHeader()->setFont(m_theme.smallFont());
    viewport()->update();
}

void RunTable::setEmptyText(const QString& text)
{
    m_emptyText = text;
    setAccessibleDescription(text);
    viewport()->update();
}

void RunTable::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    if (model() == nullptr || model()->rowCount() == 0)
        paintEmptyText(*this, m_theme, m_emptyText);
}

void RunTable::keyPressEvent(QKeyEvent* event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isEnter && currentIndex().isValid())
        emit rowActivated(currentRow());
    else
        QTableView::keyPressEvent(event);
}

} // namespace gui
