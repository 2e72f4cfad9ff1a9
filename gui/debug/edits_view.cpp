#include "gui/debug/edits_view.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/widgets/difference_look.h"

#include <QEvent>
#include <QResizeEvent>
#include <QTextBlock>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;

EditsView::EditsView(const Theme& theme, QWidget* parent)
    : QPlainTextEdit(parent)
    , m_theme(theme)
{
    setObjectName(u"requestEdits"_s);
    setAccessibleName(tr("Edits that wait for the step to go on"));
    setReadOnly(true);
    setTabChangesFocus(true);
    setUndoRedoEnabled(false);
    setFrameShape(NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
}

void EditsView::setEdits(const std::vector<engine::PendingEdit>& edits)
{
    DifferenceLook all;
    for (const engine::PendingEdit& edit : edits) {
        if (!all.text.isEmpty())
            all.text += u'\n';
        // The place is what one looks for first.
        const QString title = singleLine(edit.path, 80);
        QTextCharFormat bold;
        bold.setFontWeight(QFont::DemiBold);
        all.formats.push_back(
            {static_cast<int>(all.text.size()), static_cast<int>(title.size()), bold});
        all.text += title + u'\n';
        const DifferenceLook one = differenceLook(jsonDifference(edit.before, edit.after), m_theme);
        for (QTextLayout::FormatRange range : one.formats) {
            range.start += static_cast<int>(all.text.size());
            all.formats.push_back(range);
        }
        all.text += one.text;
    }
    setPlainText(all.text);
    QTextCursor cursor(document());
    for (const QTextLayout::FormatRange& range : all.formats) {
        cursor.setPosition(range.start);
        cursor.setPosition(range.start + range.length, QTextCursor::KeepAnchor);
        cursor.setCharFormat(range.format);
    }
    setVisible(!edits.empty());
    fitHeight();
}

/// The font of the program comes with the style sheet, when it is first shown.
void EditsView::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fitHeight();
}

/// Lines wrap at the width that there is.
void EditsView::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        fitHeight();
}

void EditsView::fitHeight()
{
    constexpr int kMostLines = 10;
    int lines = 0;
    for (QTextBlock block = document()->firstBlock(); block.isValid() && lines < kMostLines;
         block = block.next()) {
        blockBoundingRect(block); // lays it out
        lines += std::max(1, block.layout()->lineCount());
    }
    lines = std::clamp(lines, 1, kMostLines);
    // Half a line more: it scrolls by whole lines, and is not to where all of them fit.
    const double height = fontMetrics().lineSpacing() * (lines + 0.5)
        + 2 * document()->documentMargin() + contentsMargins().top() + contentsMargins().bottom();
    setFixedHeight(static_cast<int>(std::ceil(height)));
}

} // namespace gui
