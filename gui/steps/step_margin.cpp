#include "gui/steps/step_margin.h"

#include "gui/context/session_context.h"
#include "gui/models/step_tree_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/breakpoint_dot.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>

namespace gui {

using tracestore::SpanId;

namespace {

    constexpr double kRadius = 4.5;
    constexpr double kWouldBe = 0.35; ///< strength of a mark that a click would set

} // namespace

StepMargin::StepMargin(SessionContext& context, StepTreeModel& model, QWidget* parent)
    : QHeaderView(Qt::Vertical, parent)
    , m_context(context)
    , m_model(model)
{
    setObjectName(QStringLiteral("stepMargin"));
    setAccessibleName(tr("Breakpoints"));
    setToolTip(tr("A click sets a breakpoint or takes it away (F9)"));
    setMouseTracking(true);
    setSectionsClickable(false);
    setHighlightSections(false);
    setFixedWidth(kWidth);
    connect(&context.breakpoints(),
            &BreakpointMarks::changed,
            viewport(),
            qOverload<>(&QWidget::update));
}

void StepMargin::paintSection(QPainter* painter, const QRect& rect, int row) const
{
    const Theme& theme = m_context.theme();
    painter->fillRect(rect, theme.color(ColorRole::Panel));
    const BreakpointMarks& marks = m_context.breakpoints();
    const BreakpointMark mark = marks.at(m_model.spanAt(row));
    const QPointF centre = QRectF(rect).center();
    if (mark != BreakpointMark::None)
        paintBreakpointMark(*painter, centre, kRadius, mark, theme);
    else if (row == m_hovered && m_model.spanAt(row).isValid())
        paintBreakpointMark(*painter, centre, kRadius, BreakpointMark::Pause, theme, kWouldBe);
}

void StepMargin::mousePressEvent(QMouseEvent* event)
{
    const int row = logicalIndexAt(event->pos());
    if (event->button() == Qt::LeftButton && row >= 0)
        m_context.breakpoints().toggle(m_model.spanAt(row));
}

/// The second click of two is one, too.
void StepMargin::mouseDoubleClickEvent(QMouseEvent* event)
{
    mousePressEvent(event);
}

void StepMargin::mouseMoveEvent(QMouseEvent* event)
{
    const int row = logicalIndexAt(event->pos());
    setHovered(row);
    m_context.setHovered(row < 0 ? SpanId() : m_model.spanAt(row));
}

void StepMargin::contextMenuEvent(QContextMenuEvent* event)
{
    const int row = logicalIndexAt(event->pos());
    if (row < 0)
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    m_context.breakpoints().fillMenu(*menu, m_model.spanAt(row));
    if (!menu->isEmpty())
        menu->popup(event->globalPos());
}

bool StepMargin::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave) {
        setHovered(-1);
        m_context.setHovered({});
    }
    return QHeaderView::viewportEvent(event);
}

void StepMargin::setHovered(int row)
{
    if (row == m_hovered)
        return;
    m_hovered = row;
    viewport()->update();
}

} // namespace gui
