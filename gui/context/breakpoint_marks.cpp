#include "gui/context/breakpoint_marks.h"

namespace gui {

using tracestore::SpanId;

void BreakpointMarks::setOn(bool isOn)
{
    if (isOn == m_isOn)
        return;
    m_isOn = isOn;
    emit changed();
}

void BreakpointMarks::setMarks(std::vector<BreakpointMark> marks)
{
    if (marks == m_marks)
        return;
    m_marks = std::move(marks);
    emit changed();
}

void BreakpointMarks::toggle(SpanId span)
{
    if (m_isOn && span.isValid())
        emit toggled(span);
}

void BreakpointMarks::fillMenu(QMenu& menu, SpanId span, const QString& field)
{
    if (m_isOn && span.isValid())
        emit menuOpened(&menu, span, field);
}

} // namespace gui
