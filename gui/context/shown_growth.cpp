#include "gui/context/shown_growth.h"

#include "gui/context/session_context.h"

#include <QEvent>
#include <QWidget>

namespace gui {

ShownGrowth::ShownGrowth(SessionContext& context, QWidget& view, Take take)
    : QObject(&view)
    , m_context(context)
    , m_view(view)
    , m_take(std::move(take))
    , m_taken(context.trace())
{
    view.installEventFilter(this);
    connect(&context, &SessionContext::traceGrown, this, &ShownGrowth::hear);
}

void ShownGrowth::hear(const TraceGrowth& growth)
{
    if (!m_view.isVisible())
        return;
    m_taken = m_context.trace();
    m_take(growth);
}

void ShownGrowth::catchUp()
{
    if (m_taken == m_context.trace())
        return;
    const tracestore::TracePtr before = std::exchange(m_taken, m_context.trace());
    m_take(growthOf(*before, *m_taken));
}

bool ShownGrowth::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Show)
        catchUp();
    return QObject::eventFilter(watched, event);
}

} // namespace gui
