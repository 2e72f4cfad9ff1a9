#include "gui/findings/ticked_text.h"

namespace gui {

TickedText TickedText::of(const QString& ticked, const QFont& codeFont)
{
    TickedText shown;
    shown.text.reserve(ticked.size());
    qsizetype open = -1;
    // A tick without its other one is one of a text.
    qsizetype left = ticked.count(u'`');
    for (const QChar c : ticked) {
        if (c != u'`' || (open < 0 && left < 2)) {
            shown.text += c == u'\n' ? QChar(QChar::LineSeparator) : c;
            continue;
        }
        --left;
        if (open < 0) {
            open = shown.text.size();
            continue;
        }
        QTextLayout::FormatRange range;
        range.start = static_cast<int>(open);
        range.length = static_cast<int>(shown.text.size() - open);
        range.format.setFont(codeFont);
        if (range.length > 0)
            shown.codes << range;
        open = -1;
    }
    return shown;
}

void layOutLines(QTextLayout& layout, double width)
{
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    double height = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        line.setPosition({0, height});
        height += line.height();
    }
    layout.endLayout();
}

} // namespace gui
