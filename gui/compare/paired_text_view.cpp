#include "gui/compare/paired_text_view.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;
using Kind = PairedText::Kind;

namespace {

    constexpr std::size_t kLinesBeside = 3; ///< lines that stay beside a change
    constexpr std::size_t kLeastLines = 4;

    QTextLayout::FormatRange range(qsizetype start, qsizetype length, const QTextCharFormat& format)
    {
        return {static_cast<int>(start), static_cast<int>(length), format};
    }

    ColorRole backgroundOf(CompareSide side)
    {
        return side == CompareSide::A ? ColorRole::RemovedBackground : ColorRole::AddedBackground;
    }

    /// Stronger than the line, and legible on every theme: moved to the colour of the sign.
    QColor wordBackground(const Theme& theme, CompareSide side)
    {
        constexpr float kShare = 0.38F;
        const QColor line = theme.color(backgroundOf(side));
        const QColor sign = theme.color(side == CompareSide::A ? ColorRole::Error : ColorRole::Ok);
        const auto mix = [&](float a, float b) { return a + (b - a) * kShare; };
        return QColor::fromRgbF(mix(line.redF(), sign.redF()),
                                mix(line.greenF(), sign.greenF()),
                                mix(line.blueF(), sign.blueF()));
    }

    bool differsOn(const PairedText::Row& row)
    {
        return row.kind != Kind::Same;
    }

} // namespace

PairedTextView::PairedTextView(Theme& theme, QWidget* parent)
    : BlockScrollArea(parent)
    , m_theme(theme)
    , m_text(std::make_shared<const PairedText>())
{
    setObjectName(u"pairedText"_s);
    setAccessibleName(tr("Both texts side by side"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setCursor(Qt::IBeamCursor);
    connect(&theme, &Theme::changed, this, &PairedTextView::relayout);
    measureFont();
}

PairedTextView::~PairedTextView() = default;

void PairedTextView::setText(std::shared_ptr<const PairedText> text, OfBoth<QString> emptyNotes)
{
    m_text = std::move(text);
    m_emptyNotes = std::move(emptyNotes);
    m_isUnfolded.assign(m_text->rows.size(), false);
    m_change.reset();
    m_selection = {};
    list();
    scrollTo(0);
    if (!m_text->changes.empty())
        goToChange(true);
}

void PairedTextView::setByWords(bool isByWords)
{
    m_isByWords = isByWords;
    m_layouts.clear();
    viewport()->update();
}

void PairedTextView::setFolded(bool isFolded)
{
    m_isFolded = isFolded;
    m_isUnfolded.assign(m_isUnfolded.size(), false);
    list();
}

void PairedTextView::measureFont()
{
    const QFontMetrics metrics(m_theme.codeFont());
    m_lineSpacing = metrics.lineSpacing() + 1;
    m_charWidth = std::max(1, metrics.averageCharWidth());
}

void PairedTextView::relayout()
{
    measureFont();
    m_layouts.clear();
    remeasureAll();
}

// ---- folding

std::vector<bool> PairedTextView::keptRows() const
{
    const auto& rows = m_text->rows;
    std::vector<bool> kept(rows.size(), !m_isFolded || m_text->isSame());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (m_isUnfolded[i])
            kept[i] = true;
        if (!differsOn(rows[i]))
            continue;
        const std::size_t end = std::min(rows.size(), i + kLinesBeside + 1);
        for (std::size_t k = i - std::min(i, kLinesBeside); k < end; ++k)
            kept[k] = true;
    }
    return kept;
}

void PairedTextView::list()
{
    const std::vector<bool> kept = keptRows();
    m_shown.clear();
    for (std::uint32_t i = 0; i < kept.size();) {
        std::uint32_t end = i;
        while (end < kept.size() && !kept[end])
            ++end;
        if (end - i >= kLeastLines) {
            m_shown.push_back({i, end - i});
            i = end;
            continue;
        }
        for (end = std::max(end, i + 1); i < end; ++i)
            m_shown.push_back({i, 1});
    }
    m_layouts.clear();
    resetBlocks(m_shown.size());
}

void PairedTextView::unfold(std::size_t shown)
{
    const Shown fold = m_shown[shown];
    const std::int64_t before = offset();
    std::fill_n(m_isUnfolded.begin() + fold.row, fold.count, true);
    list();
    scrollTo(before);
}

std::size_t PairedTextView::shownOf(std::uint32_t row) const
{
    const auto behind = std::ranges::upper_bound(m_shown, row, {}, &Shown::row);
    return static_cast<std::size_t>(behind - m_shown.begin()) - 1;
}

void PairedTextView::goToChange(bool next)
{
    const std::size_t count = m_text->changes.size();
    if (count == 0)
        return;
    m_change = !m_change ? (next ? 0 : count - 1) : (*m_change + (next ? 1 : count - 1)) % count;
    const std::size_t shown = shownOf(m_text->changes[*m_change]);
    showAt(shown, std::min(viewport()->height() / 4, 4 * m_lineSpacing));
    viewport()->update();
}

// ---- layout

int PairedTextView::columnWidth() const
{
    return std::max(80, contentWidth() / 2);
}

int PairedTextView::columnLeft(CompareSide side) const
{
    return side == CompareSide::A ? 0 : columnWidth();
}

int PairedTextView::textWidth() const
{
    return std::max(40, columnWidth() - kSignRoom - metrics::kMargin);
}

int PairedTextView::estimatedHeight(std::size_t block) const
{
    if (isFold(block))
        return metrics::kRowHeight;
    const PairedText::Row& row = m_text->rows[m_shown[block].row];
    const auto columns = std::max(1, textWidth() / m_charWidth);
    const auto longest = static_cast<int>(std::max(row.text.a.size, row.text.b.size));
    return (longest / columns + 1) * m_lineSpacing;
}

int PairedTextView::measuredHeight(std::size_t block)
{
    if (isFold(block))
        return metrics::kRowHeight;
    qreal height = m_lineSpacing;
    for (const CompareSide side : kBothSides) {
        if (const QTextLayout* text = layout(block, side))
            height = std::max(height, text->boundingRect().height());
    }
    return static_cast<int>(std::ceil(height));
}

QTextLayout* PairedTextView::layout(std::size_t shown, CompareSide side)
{
    const std::uint32_t index = m_shown[shown].row;
    const PairedText::Row& row = m_text->rows[index];
    if (isFold(shown) || !row.isThere[side])
        return nullptr;
    std::unique_ptr<QTextLayout>& held = m_layouts[2 * shown + (side == CompareSide::A ? 0 : 1)];
    if (held != nullptr)
        return held.get();
    ++m_layoutCount;
    const PairedText::Stretch& place = row.text[side];
    held = std::make_unique<QTextLayout>(m_text->text[side].mid(place.first, place.size),
                                         row.isHeading ? m_theme.smallFont() : m_theme.codeFont());
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setTextDirection(Qt::LeftToRight);
    option.setTabStopDistance(4 * m_charWidth);
    held->setTextOption(option);
    held->setFormats(formats(index, side));
    held->setCacheEnabled(true);
    held->beginLayout();
    qreal y = 0;
    for (QTextLine line = held->createLine(); line.isValid(); line = held->createLine()) {
        line.setLineWidth(textWidth());
        line.setPosition({0, y});
        y += std::max<qreal>(m_lineSpacing, line.height());
    }
    held->endLayout();
    return held.get();
}

QList<QTextLayout::FormatRange> PairedTextView::formats(std::uint32_t row, CompareSide side) const
{
    QList<QTextLayout::FormatRange> ranges;
    const PairedText::Stretch& place = m_text->rows[row].text[side];
    if (m_text->rows[row].isHeading) {
        QTextCharFormat dim;
        dim.setForeground(m_theme.color(ColorRole::TextDim));
        return {range(0, place.size, dim)};
    }
    if (!m_isByWords)
        return ranges;
    QTextCharFormat marked;
    marked.setBackground(wordBackground(m_theme, side));
    marked.setFontWeight(QFont::DemiBold);
    for (const PairedText::Stretch& word : m_text->wordsOf(row, side))
        ranges << range(word.first - place.first, word.size, marked);
    return ranges;
}

void PairedTextView::contentWidthChanged()
{
    m_layouts.clear();
}

void PairedTextView::visibleBlocksChanged()
{
    const auto& visible = visibleBlocks();
    if (visible.empty())
        return;
    const std::size_t first = visible.front().block;
    const std::size_t last = visible.back().block;
    std::erase_if(m_layouts, [&](const auto& held) {
        const std::size_t block = held.first / 2;
        return block + 16 < first || block > last + 16;
    });
}

// ---- painting

void PairedTextView::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), m_theme.color(ColorRole::Panel));
    for (const VisibleBlock& visible : visibleBlocks())
        paintRow(painter, visible);
    paintEmptyNotes(painter);
    painter.fillRect(QRect(columnWidth(), 0, 1, viewport()->height()),
                     m_theme.color(ColorRole::Hairline));
}

void PairedTextView::paintRow(QPainter& painter, const VisibleBlock& visible)
{
    if (isFold(visible.block))
        return paintFold(painter, visible);
    for (const CompareSide side : kBothSides)
        paintSide(painter, visible, side);
}

void PairedTextView::paintSide(QPainter& painter, const VisibleBlock& visible, CompareSide side)
{
    const PairedText::Row& row = m_text->rows[m_shown[visible.block].row];
    const QRect cell(columnLeft(side), visible.y, columnWidth(), visible.height);
    QTextLayout* text = layout(visible.block, side);
    if (text == nullptr) {
        // Nothing stands there: seen without the colour of the other side.
        if (differsOn(row))
            painter.fillRect(cell, QBrush(m_theme.color(ColorRole::Hairline), Qt::BDiagPattern));
        return;
    }
    if (differsOn(row)) {
        painter.fillRect(cell, m_theme.color(backgroundOf(side)));
        painter.setFont(m_theme.codeFont());
        painter.setPen(m_theme.color(side == CompareSide::A ? ColorRole::Error : ColorRole::Ok));
        if (!row.isContinued)
            painter.drawText(QRect(cell.left() + 4, cell.top(), kSignRoom - 4, m_lineSpacing),
                             Qt::AlignLeft | Qt::AlignVCenter,
                             side == CompareSide::A ? u"−"_s : u"+"_s);
    }
    QList<QTextLayout::FormatRange> selected;
    const qsizetype from
        = std::max(std::min(m_selection.anchor, m_selection.cursor), row.text[side].first);
    const qsizetype to
        = std::min(std::max(m_selection.anchor, m_selection.cursor), row.text[side].end());
    if (side == m_selection.side && from < to) {
        QTextCharFormat format;
        format.setBackground(
            m_theme.color(hasFocus() ? ColorRole::Selection : ColorRole::SelectionInactive));
        selected << range(from - row.text[side].first, to - from, format);
    }
    painter.setPen(m_theme.color(ColorRole::Text));
    text->draw(&painter,
               QPointF(cell.left() + kSignRoom, visible.y),
               selected,
               QRectF(viewport()->rect()));
}

void PairedTextView::paintFold(QPainter& painter, const VisibleBlock& visible)
{
    const QRect rect(0, visible.y, viewport()->width(), visible.height);
    painter.fillRect(rect, m_theme.color(ColorRole::Raised));
    painter.setFont(m_theme.smallFont());
    painter.setPen(m_theme.color(ColorRole::TextDim));
    const QString text
        = tr("%1 equal lines").arg(formatCount(static_cast<std::int64_t>(foldedAt(visible.block))));
    painter.drawText(
        rect, Qt::AlignCenter | Qt::TextSingleLine, QString(u"⋯  "_s + text + u"  ⋯"_s));
}

void PairedTextView::paintEmptyNotes(QPainter& painter)
{
    painter.setFont(m_theme.textFont());
    painter.setPen(m_theme.color(ColorRole::TextDim));
    for (const CompareSide side : kBothSides) {
        if (m_emptyNotes[side].isEmpty() || !m_text->text[side].isEmpty())
            continue;
        const QRect place(columnLeft(side) + kSignRoom,
                          metrics::kMargin,
                          textWidth(),
                          std::min(viewport()->height(), 200));
        const QRect covered = painter.fontMetrics().boundingRect(
            place, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_emptyNotes[side]);
        painter.fillRect(covered.adjusted(-4, -2, 4, 2), m_theme.color(ColorRole::Panel));
        painter.drawText(
            place, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_emptyNotes[side]);
    }
}

} // namespace gui
