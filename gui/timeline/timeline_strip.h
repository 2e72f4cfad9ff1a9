#pragma once

#include "tracestore/model/span.h"

#include <QImage>

#include <array>
#include <span>

class QPainter;

namespace gui {

class Theme;

/// `share` of b in a.
QColor mixed(const QColor& a, const QColor& b, double share);

/// The colours of bars, mixed once for a frame.
class TimelinePalette
{
public:
    explicit TimelinePalette(const Theme& theme);

    /// Containers stand back behind the steps and keep their colour when they fail.
    [[nodiscard]] QRgb fill(tracestore::SpanKind kind, bool hasFailed, bool isPlaced) const;

private:
    static constexpr std::size_t kKinds = static_cast<std::size_t>(tracestore::SpanKind::Other) + 1;

    struct Colors
    {
        QRgb usual;
        QRgb failed;
    };

    std::array<Colors, kKinds> m_known;
    std::array<Colors, kKinds> m_placed;
};

/// The bars of a row as pixels: thousands of bars are one image to paint, not a rectangle each.
class TimelineStrip
{
public:
    /// Bars of that height, and as much of the background as is to the next row.
    TimelineStrip(int width, int barHeight, int gap);

    /// Begins a row: a background with lines at some pixels.
    void clear(QRgb background, std::span<const int> lines, QRgb line);

    void fill(int left, int width, QRgb color);
    void underline(int left, int width, QRgb color);

    void paint(QPainter& painter, QPoint topLeft);

private:
    std::vector<QRgb> m_background;
    std::vector<QRgb> m_line;
    std::vector<QRgb> m_bottom; ///< instead of m_line at the foot of the bars; 0: as there
    int m_barHeight;
    bool m_isUnderlined = false;
    QImage m_image;
};

/// Marks above the bars of a row, as one image likewise.
class TimelineCaps
{
public:
    explicit TimelineCaps(int width);

    void clear();
    void add(int left, int width, QRgb color);

    /// Half above the bars, half on them.
    void paint(QPainter& painter, QPoint barsTopLeft);

private:
    std::vector<QRgb> m_line;
    QImage m_image;
};

} // namespace gui
