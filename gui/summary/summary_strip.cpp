#include "gui/summary/summary_strip.h"

#include "gui/summary/summary_delegate.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QPainter>

#include <cmath>
#include <numeric>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kMinTileWidth = 96;
    constexpr int kTileHeight = 56;
    constexpr int kBucketsHeight = 38;
    constexpr int kMargin = 12;

} // namespace

SummaryStrip::SummaryStrip(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setObjectName(u"summaryStrip"_s);
    setAccessibleName(tr("Totals of the trace"));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void SummaryStrip::setWhole(const tracestore::SpanGroup& whole)
{
    m_tiles = summaryTiles(whole);
    m_buckets = bucketsOf(whole.totals.tokens);
    m_reasoning = whole.totals.tokens.reasoning;
    QStringList lines;
    for (const SummaryTile& tile : m_tiles)
        lines << QString(tile.label + u": "_s + tile.value + u' ' + tile.detail).trimmed();
    for (const BucketCount& part : m_buckets)
        lines << bucketName(part.bucket) + u": "_s + formatCount(part.tokens);
    setAccessibleDescription(lines.join(u'\n'));
    updateGeometry();
    update();
}

QFont SummaryStrip::valueFont(const SummaryTile& tile) const
{
    QFont font = m_theme.textFont();
    if (!tile.isUnknown) {
        font.setPixelSize(17);
        font.setWeight(QFont::DemiBold);
    }
    return font;
}

/// The width of a figure and its label, and the one that its detail would like beside that.
SummaryStrip::TileWidth SummaryStrip::widthOf(const SummaryTile& tile) const
{
    const QFontMetrics small(m_theme.smallFont());
    const int gap = 2 * metrics::kMargin;
    const int needed
        = std::max({kMinTileWidth,
                    small.horizontalAdvance(tile.label) + gap,
                    QFontMetrics(valueFont(tile)).horizontalAdvance(tile.value) + gap});
    return {needed, std::max(0, small.horizontalAdvance(tile.detail) + gap - needed)};
}

/// Of each column where `perRow` of them stand in a row.
std::vector<SummaryStrip::TileWidth> SummaryStrip::widthsOf(int perRow) const
{
    std::vector<TileWidth> widths(static_cast<std::size_t>(perRow));
    for (std::size_t i = 0; i < m_tiles.size(); ++i) {
        TileWidth& column = widths[i % widths.size()];
        const TileWidth own = widthOf(m_tiles[i]);
        const int liked = std::max(column.needed + column.more, own.needed + own.more);
        column.needed = std::max(column.needed, own.needed);
        column.more = liked - column.needed;
    }
    return widths;
}

/// As many columns as show every figure whole. What is left goes to the details, then to all.
std::vector<int> SummaryStrip::columns(int width) const
{
    const auto sum = [](const std::vector<TileWidth>& widths, int TileWidth::*part) {
        return std::accumulate(widths.begin(), widths.end(), 0, [&](int all, const TileWidth& one) {
            return all + one.*part;
        });
    };
    const int count = static_cast<int>(m_tiles.size());
    std::vector<TileWidth> widths;
    int room = 0;
    for (int rows = 1; rows <= count; ++rows) {
        // Rows as full as one another: three and one look like a mistake.
        widths = widthsOf((count + rows - 1) / rows);
        room = width - 2 * kMargin - sum(widths, &TileWidth::needed);
        if (room >= 0)
            break;
    }
    room = std::max(room, 0);
    const int liked = sum(widths, &TileWidth::more);
    const int forDetails = std::min(room, liked);
    const int forAll = (room - forDetails) / static_cast<int>(widths.size());
    std::vector<int> columns;
    for (const TileWidth& column : widths)
        columns.push_back(column.needed + forAll
                          + (liked > 0 ? column.more * forDetails / liked : 0));
    return columns;
}

int SummaryStrip::heightForWidth(int width) const
{
    if (m_tiles.empty())
        return kTileHeight + kMargin;
    const int perRow = static_cast<int>(columns(width).size());
    const int rows = (static_cast<int>(m_tiles.size()) + perRow - 1) / perRow;
    return rows * kTileHeight + (m_buckets.empty() ? 0 : kBucketsHeight) + kMargin;
}

QSize SummaryStrip::sizeHint() const
{
    return {560, heightForWidth(std::max(width(), 300))};
}

void SummaryStrip::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    updateGeometry();
}

void SummaryStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(ColorRole::Panel));
    if (m_tiles.empty())
        return;
    const std::vector<int> widths = columns(width());
    int bottom = 0;
    int left = kMargin;
    for (std::size_t i = 0; i < m_tiles.size(); ++i) {
        const std::size_t column = i % widths.size();
        const int row = static_cast<int>(i / widths.size());
        if (column == 0)
            left = kMargin;
        const QRect tile(
            left, kMargin / 2 + row * kTileHeight, widths[column] - metrics::kMargin, kTileHeight);
        paintTile(painter, tile, m_tiles[i]);
        left += widths[column];
        bottom = tile.bottom();
    }
    if (!m_buckets.empty())
        paintBuckets(painter, {kMargin, bottom + 1, width() - 2 * kMargin, kBucketsHeight});
}

void SummaryStrip::paintTile(QPainter& painter, const QRect& rect, const SummaryTile& tile) const
{
    const auto line =
        [&](int top, int height, const QFont& font, ColorRole role, const QString& text) {
            painter.setFont(font);
            painter.setPen(m_theme.color(role));
            painter.drawText(QRect(rect.left(), rect.top() + top, rect.width(), height),
                             Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                             painter.fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
        };
    line(2, 16, m_theme.smallFont(), ColorRole::TextDim, tile.label);
    line(
        18, 20, valueFont(tile), tile.isUnknown ? ColorRole::TextDim : ColorRole::Text, tile.value);
    line(38,
         16,
         m_theme.smallFont(),
         tile.isError ? ColorRole::Error : ColorRole::TextDim,
         tile.detail);
}

/// The bar of all tokens, and which colour is what in the order of the bar.
void SummaryStrip::paintBuckets(QPainter& painter, const QRect& rect) const
{
    double sum = 0;
    for (const BucketCount& part : m_buckets)
        sum += static_cast<double>(part.tokens);
    double done = 0;
    int x = rect.left();
    painter.setFont(m_theme.smallFont());
    for (const BucketCount& part : m_buckets) {
        const QColor color = bucketColor(m_theme, part.bucket);
        const int from = static_cast<int>(std::lround(done / sum * rect.width()));
        done += static_cast<double>(part.tokens);
        const int to = static_cast<int>(std::lround(done / sum * rect.width()));
        painter.fillRect(rect.left() + from, rect.top() + 4, std::max(1, to - from), 8, color);
        QString text = bucketName(part.bucket) + u' ' + formatCount(part.tokens) + u" · "_s
            + QString::number(static_cast<double>(part.tokens) / sum * 100, 'f', 1) + u" %"_s;
        if (part.bucket == TokenBucket::Output && m_reasoning.value_or(0) > 0)
            text += tr(", %1 of it reasoning").arg(formatCount(*m_reasoning));
        painter.fillRect(x, rect.top() + 22, 8, 8, color);
        painter.setPen(m_theme.color(ColorRole::TextDim));
        painter.drawText(x + 13, rect.top() + 31, text);
        x += 13 + painter.fontMetrics().horizontalAdvance(text) + 2 * metrics::kMargin;
    }
}

} // namespace gui
