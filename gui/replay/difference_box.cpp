#include "gui/replay/difference_box.h"

#include "gui/models/text_difference.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/widgets/difference_look.h"

#include <QTextCursor>

namespace gui {

using namespace Qt::StringLiterals;

DifferenceBox::DifferenceBox(Side side, const Theme& theme, QWidget* parent)
    : QPlainTextEdit(parent)
    , m_side(side)
    , m_theme(theme)
{
    const bool isNow = side == Side::Now;
    setObjectName(isNow ? u"replayNow"_s : u"replayRecorded"_s);
    setAccessibleName(isNow ? tr("What is asked for now") : tr("What was recorded"));
    setReadOnly(true);
    setTabChangesFocus(true);
    setUndoRedoEnabled(false);
    setFont(theme.codeFont());
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
}

/// Of the difference, the lines of this side and those that both have.
void DifferenceBox::setTexts(const std::string& recorded, const std::string& now)
{
    using Kind = DifferenceLine::Kind;
    if (recorded.empty() || now.empty()) {
        const std::string& own = m_side == Side::Now ? now : recorded;
        setPlainText(own.empty() ? tr("Nothing.") : visibleText(toText(own)));
        return;
    }
    const Kind other = m_side == Side::Now ? Kind::Removed : Kind::Added;
    std::vector<DifferenceLine> lines = jsonDifference(recorded, now);
    std::erase_if(lines, [other](const DifferenceLine& line) { return line.kind == other; });
    const DifferenceLook look = differenceLook(lines, m_theme);
    setPlainText(look.text);
    QTextCursor cursor(document());
    for (const QTextLayout::FormatRange& range : look.formats) {
        cursor.setPosition(range.start);
        cursor.setPosition(range.start + range.length, QTextCursor::KeepAnchor);
        cursor.setCharFormat(range.format);
    }
}

} // namespace gui
