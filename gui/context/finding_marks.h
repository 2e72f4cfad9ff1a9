#pragma once

#include "gui/theme/theme.h"
#include "tracestore/model/ids.h"

#include <QHash>
#include <QObject>
#include <QStringList>

namespace gui {

/// The steps that findings are about, for views of steps to mark. Who looks for findings sets them.
/// GUI thread.
class FindingMarks : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    struct Mark
    {
        ColorRole role = ColorRole::TextDim; ///< of the gravest
        QStringList lines; ///< what was found there, the gravest first

        bool operator==(const Mark&) const = default;
    };

    using Marks = QHash<std::uint32_t, Mark>; ///< by SpanId::value

    void set(Marks marks)
    {
        if (marks == m_marks)
            return;
        m_marks = std::move(marks);
        emit changed();
    }

    /// Null where nothing was found; valid until the next set().
    [[nodiscard]] const Mark* at(tracestore::SpanId span) const
    {
        const auto found = m_marks.constFind(span.value);
        return found == m_marks.cend() ? nullptr : &*found;
    }

    /// Lines for a card of the step; empty where nothing was found.
    [[nodiscard]] QString cardText(tracestore::SpanId span) const
    {
        const Mark* mark = at(span);
        return mark == nullptr ? QString() : mark->lines.join(QLatin1Char('\n'));
    }

    /// The icon of a mark, whatever its severity.
    static QString icon() { return QStringLiteral("status-warning"); }

signals:
    void changed();

private:
    Marks m_marks;
};

} // namespace gui
