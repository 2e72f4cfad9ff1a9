#pragma once

#include "tracestore/model/trace.h"

#include <QObject>

#include <vector>

class QMenu;

namespace gui {

/// What stands in the margin at a step. The greater one is shown where several breakpoints are
/// about it.
enum class BreakpointMark : std::uint8_t
{
    None,
    Disabled, ///< a ring
    Log, ///< a square: it goes on
    Pause ///< a dot
};

/// Where breakpoints stand in a trace, for the margins of the views, and what the user wants of
/// them there. The views know nothing more of breakpoints; who does is told by the signals. GUI
/// thread.
class BreakpointMarks : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Whether breakpoints can be set here at all: else there are no margins.
    [[nodiscard]] bool isOn() const { return m_isOn; }

    [[nodiscard]] BreakpointMark at(tracestore::SpanId span) const
    {
        return span.isValid() && span.index() < m_marks.size() ? m_marks[span.index()]
                                                               : BreakpointMark::None;
    }

    [[nodiscard]] bool isEmpty() const { return m_marks.empty(); }

    void setOn(bool isOn);

    /// By SpanId; those behind the end have none.
    void setMarks(std::vector<BreakpointMark> marks);

    /// Sets a breakpoint at a step, or takes it away.
    void toggle(tracestore::SpanId span);

    /// Adds what can be done with breakpoints at a step; `field` is one of its, as conditions name
    /// it (`args.amount`), or empty.
    void fillMenu(QMenu& menu, tracestore::SpanId span, const QString& field = {});

signals:
    void changed();
    void toggled(tracestore::SpanId span);
    void menuOpened(QMenu* menu, tracestore::SpanId span, const QString& field);

private:
    std::vector<BreakpointMark> m_marks;
    bool m_isOn = false;
};

} // namespace gui
