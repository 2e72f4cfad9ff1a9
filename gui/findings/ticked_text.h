#pragma once

#include <QString>
#include <QTextLayout>

namespace gui {

/// A text in which names and values stand in backticks, without them: what stood in them is shown
/// in the font of code.
struct TickedText
{
    QString text;
    QList<QTextLayout::FormatRange> codes; ///< with the font of code

    static TickedText of(const QString& ticked, const QFont& codeFont);
};

/// Breaks the text of a layout into lines of this width, one below the other.
void layOutLines(QTextLayout& layout, double width);

} // namespace gui
