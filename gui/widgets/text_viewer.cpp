#include "gui/widgets/text_viewer.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/widgets/find_bar.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QTextBoundaryFinder>

#include <array>
#include <cmath>
#include <functional>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kMargin = metrics::kMargin;
    constexpr qreal kUnwrapped = 1e7;

    /// The text of a piece as it is laid out; as long as the piece, but for its last line end.
    QString shownText(const QString& text, const TextBlocks::Block& block)
    {
        QString shown = visibleText(text.mid(block.start, block.length));
        if (shown.endsWith(u'\n'))
            shown.chop(1);
        for (qsizetype i = 0; i < shown.size(); ++i) {
            const bool isLineEnd = shown[i] == u'\n';
            if (isLineEnd)
                shown[i] = QChar::LineSeparator;
            else if (shown[i] == u'\r')
                shown[i] = i + 1 == shown.size() || shown[i + 1] == u'\n' ? u' ' : u'\u240D';
        }
        return shown;
    }

    ColorRole colorOf(TextStyle::Role role)
    {
        switch (role) {
        case TextStyle::Role::Key:
            return ColorRole::JsonKey;
        case TextStyle::Role::String:
            return ColorRole::JsonString;
        case TextStyle::Role::Number:
            return ColorRole::JsonNumber;
        case TextStyle::Role::Keyword:
            return ColorRole::JsonKeyword;
        case TextStyle::Role::Code:
            break;
        }
        return ColorRole::Text;
    }

    QTextLayout::FormatRange formatRange(qsizetype start, qsizetype length)
    {
        return {static_cast<int>(start), static_cast<int>(length), {}};
    }

} // namespace

TextViewer::TextViewer(Theme& theme, QWidget* parent)
    : BlockScrollArea(parent)
    , m_theme(theme)
    , m_blocks(QString(), TextSyntax::Plain)
    , m_findBar(new FindBar(theme, *this))
{
    setAccessibleName(tr("Text"));
    viewport()->setCursor(Qt::IBeamCursor);
    connect(&theme, &Theme::changed, this, &TextViewer::adoptTheme);
    addActions();
    measureFont();
    resetBlocks(1);
}

TextViewer::~TextViewer() = default;

void TextViewer::addActions()
{
    const auto add = [this](const QString& icon, const QString& text, const QKeySequence& key) {
        auto* action = new QAction(m_theme.icon(icon), text, this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        return action;
    };
    connect(add(u"copy"_s, tr("Copy"), QKeySequence::Copy),
            &QAction::triggered,
            this,
            &TextViewer::copy);
    // Ctrl+F belongs to the whole window; where this has the keyboard, keyPressEvent() takes it.
    connect(add(u"search"_s, tr("Find…\tCtrl+F"), {}),
            &QAction::triggered,
            this,
            &TextViewer::openFind);
    connect(add({}, tr("Find next"), Qt::Key_F3), &QAction::triggered, this, [this] {
        m_findBar->findNext(true);
    });
    connect(add({}, tr("Find previous"), QKeySequence(Qt::SHIFT | Qt::Key_F3)),
            &QAction::triggered,
            this,
            [this] { m_findBar->findNext(false); });
    m_wrapAction = add({}, tr("Wrap lines"), QKeySequence(Qt::ALT | Qt::Key_Z));
    m_wrapAction->setCheckable(true);
    m_wrapAction->setChecked(true);
    connect(m_wrapAction, &QAction::toggled, this, &TextViewer::setWrapped);
}

void TextViewer::setText(const QString& text, TextSyntax syntax)
{
    m_text = text;
    m_syntax = syntax;
    m_blocks = TextBlocks(m_text, syntax);
    m_anchor = m_cursor = 0;
    m_widest = 0;
    m_layouts.clear();
    resetBlocks(m_blocks.blocks().size());
    scrollTo(0);
    horizontalScrollBar()->setValue(0);
}

void TextViewer::setWrapped(bool isWrapped)
{
    if (isWrapped == m_isWrapped)
        return;
    m_isWrapped = isWrapped;
    m_wrapAction->setChecked(isWrapped);
    relayout();
}

void TextViewer::setCodeFont(bool isCode)
{
    m_isCode = isCode;
    relayout();
}

void TextViewer::setMarked(const QString& wanted)
{
    m_marked = wanted;
    viewport()->update();
}

void TextViewer::adoptTheme()
{
    relayout();
}

void TextViewer::measureFont()
{
    const QFontMetrics metrics(shownFont());
    m_lineSpacing = metrics.lineSpacing();
    m_charWidth = std::max(1, metrics.averageCharWidth());
}

void TextViewer::relayout()
{
    measureFont();
    m_layouts.clear();
    m_widest = 0;
    remeasureAll();
}

const QFont& TextViewer::shownFont() const
{
    return m_isCode ? m_theme.codeFont() : m_theme.textFont();
}

int TextViewer::textWidth() const
{
    return std::max(40, contentWidth() - 2 * kMargin);
}

int TextViewer::estimatedHeight(std::size_t index) const
{
    const TextBlocks::Block& block = m_blocks.blocks()[index];
    const int columns = std::max(1, textWidth() / m_charWidth);
    const int rows = m_isWrapped ? std::max(block.lines, block.length / columns + 1) : block.lines;
    return rows * m_lineSpacing;
}

int TextViewer::measuredHeight(std::size_t block)
{
    return static_cast<int>(std::ceil(layout(block).boundingRect().height()));
}

QTextLayout& TextViewer::layout(std::size_t index)
{
    std::unique_ptr<QTextLayout>& held = m_layouts[index];
    if (held != nullptr)
        return *held;
    ++m_layoutCount;
    const TextBlocks::Block& block = m_blocks.blocks()[index];
    held = std::make_unique<QTextLayout>(shownText(m_text, block), shownFont());
    QTextOption option;
    option.setWrapMode(m_isWrapped ? QTextOption::WrapAtWordBoundaryOrAnywhere
                                   : QTextOption::ManualWrap);
    option.setTextDirection(Qt::LeftToRight);
    option.setTabStopDistance(4 * QFontMetricsF(shownFont()).averageCharWidth());
    held->setTextOption(option);
    held->setFormats(formats(index));
    held->setCacheEnabled(true);
    held->beginLayout();
    const qreal spacing = QFontMetrics(shownFont()).lineSpacing();
    qreal y = 0;
    for (QTextLine line = held->createLine(); line.isValid(); line = held->createLine()) {
        line.setLineWidth(m_isWrapped ? textWidth() : kUnwrapped);
        line.setPosition({0, y});
        m_widest = std::max(m_widest, static_cast<int>(std::ceil(line.naturalTextWidth())));
        y += std::max(spacing, line.height());
    }
    held->endLayout();
    return *held;
}

QList<QTextLayout::FormatRange> TextViewer::formats(std::size_t index) const
{
    const TextBlocks::Block& block = m_blocks.blocks()[index];
    const QStringView piece = QStringView(m_text).mid(block.start, block.length);
    std::vector<TextStyle> styles;
    if (m_syntax == TextSyntax::Json)
        styles = jsonStyles(piece, block.startsInString);
    else if (m_syntax == TextSyntax::Markdown)
        styles = fenceStyles(piece, block.startsInFence);
    QList<QTextLayout::FormatRange> ranges;
    for (const TextStyle& style : styles) {
        QTextLayout::FormatRange range = formatRange(style.start, style.length);
        range.format.setForeground(m_theme.color(colorOf(style.role)));
        if (style.role == TextStyle::Role::Code) {
            range.format.setFont(m_theme.codeFont());
            range.format.setBackground(m_theme.color(ColorRole::CodeBackground));
        }
        ranges.append(range);
    }
    return ranges;
}

QList<QTextLayout::FormatRange> TextViewer::selections(std::size_t index) const
{
    const TextBlocks::Block& block = m_blocks.blocks()[index];
    QList<QTextLayout::FormatRange> ranges;
    const auto add = [&](qsizetype from, qsizetype to, ColorRole background) {
        from = std::max(from - block.start, qsizetype {0});
        to = std::min(to - block.start, qsizetype {block.length});
        if (from >= to)
            return;
        QTextLayout::FormatRange range = formatRange(from, to - from);
        range.format.setBackground(m_theme.color(background));
        ranges.append(range);
    };
    if (!m_marked.isEmpty()) {
        // Also those that reach into the piece from the one before.
        const qsizetype from = std::max(qsizetype {0}, block.start - m_marked.size());
        const QStringView near
            = QStringView(m_text).mid(from, block.length + block.start - from + m_marked.size());
        for (qsizetype at = near.indexOf(m_marked, 0, Qt::CaseInsensitive); at >= 0;
             at = near.indexOf(m_marked, at + m_marked.size(), Qt::CaseInsensitive))
            add(from + at, from + at + m_marked.size(), ColorRole::HitBackground);
    }
    add(std::min(m_anchor, m_cursor),
        std::max(m_anchor, m_cursor),
        hasFocus() ? ColorRole::Selection : ColorRole::SelectionInactive);
    return ranges;
}

void TextViewer::visibleBlocksChanged()
{
    const auto& visible = visibleBlocks();
    if (visible.empty())
        return;
    const std::size_t first = visible.front().block;
    const std::size_t last = visible.back().block;
    std::erase_if(m_layouts, [&](const auto& held) {
        return held.first + 4 < first || held.first > last + 4;
    });
    const int over = m_isWrapped ? 0 : std::max(0, m_widest + 2 * kMargin - viewport()->width());
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(metrics::kRowHeight);
    horizontalScrollBar()->setRange(0, over);
}

void TextViewer::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), m_theme.color(ColorRole::Panel));
    painter.setPen(m_theme.color(ColorRole::Text));
    for (const VisibleBlock& visible : visibleBlocks())
        paintBlock(painter, visible);
}

void TextViewer::paintBlock(QPainter& painter, const VisibleBlock& visible)
{
    QTextLayout& text = layout(visible.block);
    const QPointF place(kMargin - horizontalScrollBar()->value(), visible.y);
    text.draw(&painter, place, selections(visible.block), viewport()->rect());
    const qsizetype within = m_cursor - m_blocks.blocks()[visible.block].start;
    if (hasFocus() && m_blocks.blockAt(m_cursor) == visible.block && within <= text.text().size())
        text.drawCursor(&painter, place, static_cast<int>(within));
}

void TextViewer::contentWidthChanged()
{
    m_layouts.clear();
}

void TextViewer::resizeEvent(QResizeEvent* event)
{
    BlockScrollArea::resizeEvent(event);
    m_findBar->adjustSize();
    m_findBar->move(viewport()->width() - m_findBar->width() - kMargin, metrics::kSpacing);
}

// --- Selection ---------------------------------------------------------------------------------

void TextViewer::setSelection(qsizetype anchor, qsizetype cursor)
{
    m_anchor = std::clamp(anchor, qsizetype {0}, m_text.size());
    m_cursor = std::clamp(cursor, qsizetype {0}, m_text.size());
    showCursor();
}

QString TextViewer::selectedText() const
{
    const qsizetype from = std::min(m_anchor, m_cursor);
    return visibleText(m_text.mid(from, std::max(m_anchor, m_cursor) - from));
}

void TextViewer::copy() const
{
    if (m_anchor != m_cursor)
        QGuiApplication::clipboard()->setText(selectedText());
}

void TextViewer::selectAll()
{
    m_anchor = 0;
    m_cursor = m_text.size();
    viewport()->update();
}

void TextViewer::openFind()
{
    const QString selected = selectedText();
    m_findBar->adjustSize();
    m_findBar->move(viewport()->width() - m_findBar->width() - kMargin, metrics::kSpacing);
    m_findBar->open(selected.size() < 100 && !selected.contains(u'\n') ? selected : QString());
}

bool TextViewer::find(const QString& wanted, bool forward)
{
    if (wanted.isEmpty())
        return false;
    qsizetype at = -1;
    if (forward) {
        at = m_text.indexOf(wanted, std::max(m_anchor, m_cursor), Qt::CaseInsensitive);
        if (at < 0)
            at = m_text.indexOf(wanted, 0, Qt::CaseInsensitive);
    } else {
        const qsizetype from = std::min(m_anchor, m_cursor) - 1;
        if (from >= 0)
            at = m_text.lastIndexOf(wanted, from, Qt::CaseInsensitive);
        if (at < 0)
            at = m_text.lastIndexOf(wanted, -1, Qt::CaseInsensitive);
    }
    if (at < 0)
        return false;
    setSelection(at, at + wanted.size());
    return true;
}

void TextViewer::showCursor()
{
    const std::size_t index = m_blocks.blockAt(m_cursor);
    const int within = static_cast<int>(m_cursor - m_blocks.blocks()[index].start);
    const QTextLine line = layout(index).lineForTextPosition(
        std::min(within, static_cast<int>(layout(index).text().size())));
    if (line.isValid()) {
        showPlace(index, static_cast<int>(line.y()), static_cast<int>(line.height()));
        QScrollBar* bar = horizontalScrollBar();
        const int x = static_cast<int>(line.cursorToX(within));
        const int room = viewport()->width() - 4 * kMargin;
        if (x < bar->value())
            bar->setValue(x);
        else if (x > bar->value() + room)
            bar->setValue(x - room);
    }
    viewport()->update();
}

void TextViewer::moveCursor(qsizetype position, bool keepsAnchor)
{
    m_cursor = std::clamp(position, qsizetype {0}, m_text.size());
    if (!keepsAnchor)
        m_anchor = m_cursor;
    showCursor();
}

qsizetype TextViewer::charBeside(bool next)
{
    if (next && m_cursor < m_text.size()) {
        const bool isPair = m_text[m_cursor].isHighSurrogate();
        return m_cursor + (isPair ? 2 : 1);
    }
    if (!next && m_cursor > 0)
        return m_cursor - (m_text[m_cursor - 1].isLowSurrogate() ? 2 : 1);
    return m_cursor;
}

qsizetype TextViewer::lineEdge(bool end)
{
    const std::size_t index = m_blocks.blockAt(m_cursor);
    const qsizetype start = m_blocks.blocks()[index].start;
    const QTextLine line = layout(index).lineForTextPosition(static_cast<int>(m_cursor - start));
    if (!line.isValid())
        return m_cursor;
    if (!end)
        return start + line.textStart();
    const bool isLast = line.lineNumber() + 1 == layout(index).lineCount();
    return start + line.textStart() + line.textLength() - (isLast ? 0 : 1);
}

qsizetype TextViewer::lineUpOrDown(int lines)
{
    std::size_t index = m_blocks.blockAt(m_cursor);
    const int within = static_cast<int>(m_cursor - m_blocks.blocks()[index].start);
    QTextLine line = layout(index).lineForTextPosition(within);
    if (!line.isValid())
        return m_cursor;
    const qreal x = m_goalX >= 0 ? m_goalX : line.cursorToX(within);
    int number = line.lineNumber() + lines;
    while (number < 0 && index > 0)
        number += layout(--index).lineCount();
    while (number >= layout(index).lineCount() && index + 1 < m_blocks.blocks().size())
        number -= layout(index++).lineCount();
    line = layout(index).lineAt(std::clamp(number, 0, layout(index).lineCount() - 1));
    m_goalX = x;
    return m_blocks.blocks()[index].start + line.xToCursor(x);
}

qsizetype TextViewer::positionAt(QPoint point)
{
    const auto& visible = visibleBlocks();
    if (visible.empty())
        return 0;
    const auto found = std::ranges::find_if(
        visible, [&](const VisibleBlock& one) { return point.y() < one.y + one.height; });
    const VisibleBlock& hit = found == visible.end() ? visible.back() : *found;
    QTextLayout& text = layout(hit.block);
    QTextLine line;
    for (int i = 0; i < text.lineCount(); ++i) {
        line = text.lineAt(i);
        if (point.y() - hit.y < line.y() + line.height())
            break;
    }
    if (!line.isValid())
        return m_blocks.blocks()[hit.block].start;
    return m_blocks.blocks()[hit.block].start
        + line.xToCursor(point.x() - kMargin + horizontalScrollBar()->value());
}

// --- Events ------------------------------------------------------------------------------------

bool TextViewer::handleMove(QKeyEvent* event)
{
    using Q = QKeySequence;
    const int page
        = std::max(1, viewport()->height() / QFontMetrics(shownFont()).lineSpacing() - 1);

    struct Move
    {
        Q::StandardKey move;
        Q::StandardKey select;
        std::function<qsizetype()> target;
        bool isVertical = false;
    };

    const std::array moves {
        Move {Q::MoveToNextChar, Q::SelectNextChar, [&] { return charBeside(true); }},
        Move {Q::MoveToPreviousChar, Q::SelectPreviousChar, [&] { return charBeside(false); }},
        Move {Q::MoveToNextLine, Q::SelectNextLine, [&] { return lineUpOrDown(1); }, true},
        Move {Q::MoveToPreviousLine, Q::SelectPreviousLine, [&] { return lineUpOrDown(-1); }, true},
        Move {Q::MoveToNextPage, Q::SelectNextPage, [&] { return lineUpOrDown(page); }, true},
        Move {Q::MoveToPreviousPage,
              Q::SelectPreviousPage,
              [&] { return lineUpOrDown(-page); },
              true},
        Move {Q::MoveToStartOfLine, Q::SelectStartOfLine, [&] { return lineEdge(false); }},
        Move {Q::MoveToEndOfLine, Q::SelectEndOfLine, [&] { return lineEdge(true); }},
        Move {Q::MoveToStartOfDocument, Q::SelectStartOfDocument, [] { return qsizetype {0}; }},
        Move {Q::MoveToEndOfDocument, Q::SelectEndOfDocument, [&] { return m_text.size(); }},
    };
    for (const Move& move : moves) {
        const bool selects = event->matches(move.select);
        if (!selects && !event->matches(move.move))
            continue;
        if (!move.isVertical)
            m_goalX = -1;
        moveCursor(move.target(), selects);
        return true;
    }
    return false;
}

bool TextViewer::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride
        && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Find)) {
        event->accept();
        return true;
    }
    return BlockScrollArea::event(event);
}

void TextViewer::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Find)) {
        openFind();
        return;
    }
    if (event->matches(QKeySequence::SelectAll))
        selectAll();
    else if (!handleMove(event))
        BlockScrollArea::keyPressEvent(event);
}

void TextViewer::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_goalX = -1;
    moveCursor(positionAt(event->pos()), event->modifiers().testFlag(Qt::ShiftModifier));
}

void TextViewer::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons().testFlag(Qt::LeftButton))
        moveCursor(positionAt(event->pos()), true);
}

void TextViewer::mouseDoubleClickEvent(QMouseEvent* event)
{
    const qsizetype at = positionAt(event->pos());
    const TextBlocks::Block& block = m_blocks.blocks()[m_blocks.blockAt(at)];
    const QString piece = m_text.mid(block.start, block.length);
    QTextBoundaryFinder words(QTextBoundaryFinder::Word, piece);
    words.setPosition(at - block.start);
    const qsizetype from = words.isAtBoundary() ? at - block.start : words.toPreviousBoundary();
    const qsizetype to = words.toNextBoundary();
    setSelection(block.start + std::max(qsizetype {0}, from),
                 block.start + (to < 0 ? piece.size() : to));
}

void TextViewer::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(actions());
    menu->addAction(tr("Select all"), this, &TextViewer::selectAll);
    emit menuOpened(menu);
    menu->popup(event->globalPos());
}

} // namespace gui
