#include "gui/messages/block_layout.h"

#include "gui/theme/format.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanStatus;

namespace {

    constexpr int kRow = metrics::kRowHeight;
    constexpr int kIcon = metrics::kIconSize;
    constexpr int kIndent = 18; ///< of a level
    constexpr int kFoldRoom = 18; ///< for the mark that folds
    constexpr int kGap = 8; ///< below a message
    constexpr int kPadding = 6; ///< inside a box
    constexpr int kEnterRoom = 72; ///< for the link that shows a card alone

    QString tr(const char* text)
    {
        return QCoreApplication::translate("gui::Conversation", text);
    }

    ColorRole roleColor(const Block& block)
    {
        switch (block.kind) {
        case BlockKind::User:
            return ColorRole::User;
        case BlockKind::Answer:
            return ColorRole::Model;
        case BlockKind::Card:
            return ColorRole::Agent;
        case BlockKind::Error:
            return ColorRole::Error;
        case BlockKind::ToolCall:
        case BlockKind::ToolResult:
            return ColorRole::Text;
        default:
            return ColorRole::TextDim;
        }
    }

    QString iconName(const Block& block)
    {
        switch (block.kind) {
        case BlockKind::System:
            return u"settings"_s;
        case BlockKind::User:
            return u"kind-message"_s;
        case BlockKind::Note:
            return u"info"_s;
        case BlockKind::Error:
            return u"kind-error"_s;
        default:
            return Theme::kindIconName(block.spanKind);
        }
    }

    ColorRole iconColor(const Block& block)
    {
        switch (block.kind) {
        case BlockKind::System:
        case BlockKind::Note:
            return ColorRole::TextDim;
        case BlockKind::User:
            return ColorRole::User;
        case BlockKind::Error:
            return ColorRole::Error;
        default:
            return kindRole(block.spanKind);
        }
    }

    bool isTalk(BlockKind kind)
    {
        return kind == BlockKind::System || kind == BlockKind::User || kind == BlockKind::Answer
            || kind == BlockKind::Reasoning || kind == BlockKind::Other || kind == BlockKind::Error;
    }

    /// A line of code or data that may hold anything, ready to lay out.
    QString shownCode(const QString& text)
    {
        QString shown = visibleText(text);
        shown.replace(u'\n', QChar::LineSeparator);
        shown.remove(u'\r');
        return shown;
    }

    ColorRole jsonColor(TextStyle::Role role)
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
        default:
            return ColorRole::Text;
        }
    }

} // namespace

BlockLayout::BlockLayout(const Block& block, bool isFolded, int width, const Theme& theme)
    : m_theme(theme)
    , m_width(width)
    , m_left(metrics::kMargin + block.level * kIndent + kFoldRoom + kIcon + metrics::kMargin)
    , m_right(
          std::min(width, metrics::kMargin + kFoldRoom + kIcon + metrics::kMargin + kMaxTextWidth)
          - metrics::kMargin)
    , m_textWidth(std::max(m_right - m_left - metrics::kMargin, 60))
    , m_linesLeft(isFolded ? block.foldedLines : std::numeric_limits<int>::max())
    , m_isFolded(isFolded)
    , m_canFold(block.canFold)
    , m_kind(block.kind)
    , m_isNew(block.isNew)
{
    layOutHeader(block);
    for (std::size_t i = 0; i < block.sections.size() && m_linesLeft > 0; ++i) {
        // Of a folded failure only why: no arguments, which the title line previews, and no stack.
        const bool tellsWhy = block.kind == BlockKind::ToolCall || block.kind == BlockKind::Error;
        if (isFolded && tellsWhy && !block.sections[i].isError)
            break;
        layOutSection(block, i);
    }
    if (m_isShort)
        addLink(tr("Show more (Enter)"), {Target::Kind::Fold});
    if (!isFolded || block.foldedLines > 0 || !block.canFold)
        layOutMedia(block);
    if (block.kind == BlockKind::Card && block.canFold)
        m_links.push_back({QRect(m_trailingLeft - kEnterRoom, 0, kEnterRoom - kGap, kRow),
                           tr("Only this"),
                           {Target::Kind::Enter}});
    m_height = m_y + (isTalk(block.kind) ? kGap : m_pieces.empty() ? 0 : kGap / 2);
}

void BlockLayout::layOutHeader(const Block& block)
{
    m_iconLeft = metrics::kMargin + block.level * kIndent + kFoldRoom;
    m_icon = m_theme.icon(iconName(block), iconColor(block));
    m_titleColor = roleColor(block);
    m_titleFont = m_theme.textFont();
    if (isTalk(block.kind) || block.kind == BlockKind::Card)
        m_titleFont.setWeight(QFont::DemiBold);
    if (block.kind == BlockKind::ToolCall)
        m_titleFont = m_theme.codeFont();
    if (block.status == SpanStatus::Pending)
        m_status = m_theme.icon(u"status-pending"_s, ColorRole::Accent);
    if (block.status == SpanStatus::Error) {
        m_status = m_theme.icon(u"status-error"_s, ColorRole::Error);
        if (block.kind != BlockKind::Error && block.kind != BlockKind::Card)
            m_titleColor = ColorRole::Error;
    }
    const QFontMetrics small(m_theme.smallFont());
    m_trailing = block.trailing;
    m_trailingLeft = m_right - small.horizontalAdvance(m_trailing);
    if (!m_status.isNull())
        m_trailingLeft -= kIcon + metrics::kSpacing;
    const bool hasEnter = block.kind == BlockKind::Card && block.canFold;
    const int room = std::max(20, m_trailingLeft - m_left - (hasEnter ? kEnterRoom + 12 : 12));
    const QFontMetrics titleMetrics(m_titleFont);
    m_title = titleMetrics.elidedText(block.title, Qt::ElideRight, room);
    m_titleWidth = titleMetrics.horizontalAdvance(m_title);
    if (!block.changeMark.icon.isEmpty()) {
        m_changeMark = m_theme.icon(block.changeMark.icon, block.changeMark.role);
        m_changeColor = block.changeMark.role;
        const int wordsRoom = std::max(0, room - m_titleWidth - kIcon - 24);
        m_changed = small.elidedText(block.changed, Qt::ElideRight, wordsRoom);
        m_changedWidth = kIcon + metrics::kSpacing + small.horizontalAdvance(m_changed) + 8;
    }
    const bool isCall = block.kind == BlockKind::ToolCall;
    const bool showsPreview
        = (m_isFolded && (block.foldedLines == 0 || isCall)) || block.sections.empty();
    const int newWidth
        = m_isNew ? QFontMetrics(m_theme.smallFont()).horizontalAdvance(tr("new")) + 8 : 0;
    const int previewRoom = room - m_titleWidth - newWidth - m_changedWidth - 12;
    if (showsPreview && previewRoom > 30)
        m_preview = QFontMetrics(m_theme.smallFont())
                        .elidedText(block.preview, Qt::ElideRight, previewRoom);
    m_y = kRow;
}

void BlockLayout::addText(const QString& text,
                          const QFont& font,
                          int x,
                          int width,
                          ColorRole color,
                          const QList<QTextLayout::FormatRange>& formats)
{
    Piece piece {std::make_unique<QTextLayout>(text, font), QPointF(x, m_y), color};
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setTabStopDistance(4 * QFontMetricsF(font).averageCharWidth());
    piece.text->setTextOption(option);
    piece.text->setFormats(formats);
    piece.text->setCacheEnabled(true);
    piece.text->beginLayout();
    qreal y = 0;
    const qreal spacing = QFontMetrics(font).lineSpacing() + 1;
    for (QTextLine line = piece.text->createLine(); line.isValid();
         line = piece.text->createLine()) {
        if (m_linesLeft == 0) {
            line.setNumColumns(0);
            m_isShort = true;
            break;
        }
        --m_linesLeft;
        line.setLineWidth(width);
        line.setPosition({0, y});
        y += std::max(spacing, line.height());
    }
    piece.text->endLayout();
    m_y += static_cast<int>(std::ceil(y));
    m_pieces.push_back(std::move(piece));
}

void BlockLayout::layOutSection(const Block& block, std::size_t index)
{
    const BlockSection& section = block.sections[index];
    if (!section.label.isEmpty() && m_linesLeft > 0) {
        m_y += metrics::kSpacing / 2;
        addText(visibleText(section.label),
                m_theme.smallFont(),
                m_left,
                m_textWidth,
                section.isError ? ColorRole::Error : ColorRole::TextDim);
    }
    const ColorRole color = section.isError  ? ColorRole::Error
        : block.kind == BlockKind::Reasoning ? ColorRole::TextDim
                                             : ColorRole::Text;
    if (section.syntax == TextSyntax::Markdown)
        layOutProse(section, color);
    else
        layOutCode(section.text, section.syntax, color);
    if (section.isCut && !m_isShort)
        addLink(tr("Shown: the beginning. Show all %1 characters")
                    .arg(formatCount(static_cast<std::int64_t>(section.size))),
                {Target::Kind::ShowAll, index});
}

void BlockLayout::layOutProse(const BlockSection& section, ColorRole color)
{
    for (const Paragraph& paragraph : readMarkdown(section.text)) {
        if (m_linesLeft <= 0) {
            m_isShort = true;
            return;
        }
        layOutParagraph(paragraph, color);
    }
}

void BlockLayout::layOutParagraph(const Paragraph& paragraph, ColorRole color)
{
    const QFontMetrics metrics(m_theme.textFont());
    int x = m_left;
    QFont font = m_theme.textFont();
    switch (paragraph.kind) {
    case Paragraph::Kind::Code:
        layOutCode(paragraph.text, TextSyntax::Plain, color);
        return;
    case Paragraph::Kind::Rule:
        m_boxes.push_back({QRect(x, m_y + kPadding, m_textWidth, 1), ColorRole::Hairline});
        m_y += 2 * kPadding;
        return;
    case Paragraph::Kind::Heading:
        font.setWeight(QFont::DemiBold);
        if (paragraph.level <= 2)
            font.setPixelSize(QFontInfo(font).pixelSize() + 3 - paragraph.level);
        m_y += metrics::kSpacing;
        break;
    case Paragraph::Kind::Item: {
        x += paragraph.level * kIndent;
        const int y = m_y;
        const int lines = m_linesLeft;
        addText(paragraph.mark, font, x, 40, ColorRole::TextDim);
        m_y = y;
        m_linesLeft = lines;
        x += std::max(14, metrics.horizontalAdvance(paragraph.mark) + 6);
        break;
    }
    case Paragraph::Kind::Quote:
        m_boxes.push_back({QRect(x, m_y, 2, metrics.lineSpacing()), ColorRole::Hairline});
        x += 10;
        color = ColorRole::TextDim;
        break;
    case Paragraph::Kind::Text:
        break;
    }
    if (paragraph.text.isEmpty()) {
        m_y += metrics.lineSpacing() / 2;
        return;
    }
    QList<QTextLayout::FormatRange> formats;
    for (const Paragraph::Mark& mark : paragraph.marks) {
        QTextLayout::FormatRange range {
            static_cast<int>(mark.start), static_cast<int>(mark.length), {}};
        if (mark.style == Paragraph::Mark::Style::Bold) {
            range.format.setFontWeight(QFont::DemiBold);
        } else {
            range.format.setFont(m_theme.codeFont());
            range.format.setBackground(m_theme.color(ColorRole::CodeBackground));
        }
        formats.append(range);
    }
    addText(shownCode(paragraph.text), font, x, m_left + m_textWidth - x, color, formats);
}

void BlockLayout::layOutCode(const QString& text, TextSyntax syntax, ColorRole color)
{
    QList<QTextLayout::FormatRange> formats;
    if (syntax == TextSyntax::Json) {
        for (const TextStyle& style : jsonStyles(text, false)) {
            formats.append({static_cast<int>(style.start), static_cast<int>(style.length), {}});
            formats.back().format.setForeground(m_theme.color(jsonColor(style.role)));
        }
    }
    const int top = m_y + metrics::kSpacing / 2;
    const std::size_t box = m_boxes.size();
    m_boxes.push_back({});
    m_y = top + kPadding - 2;
    addText(text.isEmpty() ? tr("(empty)") : shownCode(text),
            m_theme.codeFont(),
            m_left + kPadding,
            m_textWidth - 2 * kPadding,
            text.isEmpty() ? ColorRole::TextDim : color,
            formats);
    m_y += kPadding - 2;
    m_boxes[box].rect = QRect(m_left, top, m_textWidth, m_y - top);
    m_y += metrics::kSpacing;
}

void BlockLayout::layOutMedia(const Block& block)
{
    for (std::size_t i = 0; i < block.media.size(); ++i) {
        const BlockMedia& media = block.media[i];
        const Target target = media.isEmbedded ? Target {Target::Kind::Media, i} : Target {};
        addLink(media.isEmbedded ? tr("Show %1").arg(media.label) : media.label, target);
    }
}

void BlockLayout::addLink(const QString& text, Target target)
{
    const QFontMetrics small(m_theme.smallFont());
    const QString shown = small.elidedText(text, Qt::ElideRight, m_textWidth);
    m_links.push_back({QRect(m_left, m_y, small.horizontalAdvance(shown), kRow), shown, target});
    m_y += kRow;
}

BlockLayout::Target BlockLayout::targetAt(QPoint point) const
{
    for (const Link& link : m_links)
        if (link.rect.contains(point))
            return link.target;
    if (m_canFold && point.y() < kRow)
        return {Target::Kind::Fold};
    return {};
}

void BlockLayout::paintHeader(QPainter& painter, QPoint origin) const
{
    const int iconTop = origin.y() + (kRow - kIcon) / 2;
    if (m_canFold)
        m_theme.icon(m_isFolded ? u"unfold"_s : u"fold"_s)
            .paint(&painter, m_iconLeft - kFoldRoom, iconTop, 14, kIcon);
    m_icon.paint(&painter, m_iconLeft, iconTop, kIcon, kIcon);
    const auto draw
        = [&](const QString& text, int x, int width, const QFont& font, ColorRole role) {
              painter.setFont(font);
              painter.setPen(m_theme.color(role));
              painter.drawText(
                  QRect(x, origin.y(), width, kRow), Qt::AlignVCenter | Qt::TextSingleLine, text);
          };
    draw(m_title, m_left, m_titleWidth + 2, m_titleFont, m_titleColor);
    int x = m_left + m_titleWidth + 10;
    if (m_isNew) {
        const QString word = tr("new");
        draw(word, x, 40, m_theme.smallFont(), ColorRole::Accent);
        x += QFontMetrics(m_theme.smallFont()).horizontalAdvance(word) + 8;
    }
    if (!m_changeMark.isNull()) {
        m_changeMark.paint(&painter, x, iconTop, kIcon, kIcon);
        const int words = x + kIcon + metrics::kSpacing;
        draw(m_changed, words, m_changedWidth, m_theme.smallFont(), m_changeColor);
        x += m_changedWidth;
    }
    draw(
        m_preview, x, std::max(0, m_trailingLeft - x - 8), m_theme.smallFont(), ColorRole::TextDim);
    int trailing = m_trailingLeft;
    if (!m_status.isNull()) {
        m_status.paint(&painter, trailing, iconTop, kIcon, kIcon);
        trailing += kIcon + metrics::kSpacing;
    }
    draw(m_trailing, trailing, m_width, m_theme.smallFont(), ColorRole::TextDim);
}

void BlockLayout::paint(QPainter& painter, QPoint origin, const Look& look) const
{
    const QRect all(origin.x(), origin.y(), look.width, m_height);
    const bool isHere = look.isCurrent && look.hasFocus;
    if (look.isMarked || isHere)
        painter.fillRect(
            all, m_theme.color(isHere ? ColorRole::Selection : ColorRole::SelectionInactive));
    else if (m_isNew)
        painter.fillRect(all, m_theme.color(ColorRole::NewBackground));
    else if (look.isHovered)
        painter.fillRect(all, m_theme.color(ColorRole::Hover));
    if (look.isMarked)
        painter.fillRect(QRect(0, origin.y(), 3, m_height), m_theme.color(ColorRole::Accent));
    if (look.isStop) {
        QColor stop = m_theme.color(ColorRole::Paused);
        painter.fillRect(QRect(0, origin.y(), 3, m_height), stop);
        stop.setAlpha(40);
        painter.fillRect(all, stop);
    }
    paintHeader(painter, origin);
    for (const Box& box : m_boxes)
        painter.fillRect(box.rect.translated(origin), m_theme.color(box.color));
    for (const Piece& piece : m_pieces) {
        painter.setPen(m_theme.color(piece.color));
        piece.text->draw(&painter, piece.place + origin);
    }
    painter.setFont(m_theme.smallFont());
    for (const Link& link : m_links) {
        painter.setPen(m_theme.color(link.target.kind == Target::Kind::None ? ColorRole::TextDim
                                                                            : ColorRole::Link));
        painter.drawText(link.rect.translated(origin), Qt::AlignVCenter, link.text);
    }
    if (isHere) {
        painter.setPen(m_theme.color(ColorRole::Focus));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(all.adjusted(0, 0, -1, -1));
    }
}

int estimatedBlockHeight(const Block& block, bool isFolded, int width)
{
    constexpr int kCharWidth = 7;
    constexpr int kLine = 18;
    const int columns = std::max(10, std::min(width, BlockLayout::kMaxTextWidth) / kCharWidth);
    int lines = 0;
    for (const BlockSection& section : block.sections)
        lines += static_cast<int>(section.text.size()) / columns + 2;
    if (isFolded)
        lines = std::min(lines, block.foldedLines);
    return kRow + lines * kLine + (isTalk(block.kind) ? kGap : 0);
}

} // namespace gui
