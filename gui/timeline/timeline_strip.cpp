#include "gui/timeline/timeline_strip.h"

#include "gui/theme/theme.h"
#include "gui/timeline/timeline_intervals.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace gui {

using tracestore::SpanKind;

namespace {

    constexpr int kUnderline = 2;
    constexpr int kCapHeight = 4;

    /// Fills what lies within the line.
    void fillWithin(std::vector<QRgb>& line, int left, int width, QRgb color)
    {
        const auto end = std::min(static_cast<int>(line.size()), left + width);
        for (int x = std::max(0, left); x < end; ++x)
            line[static_cast<std::size_t>(x)] = color;
    }

} // namespace

QColor mixed(const QColor& a, const QColor& b, double share)
{
    const auto mix
        = [&](int x, int y) { return static_cast<int>(std::lround(x + (y - x) * share)); };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

TimelinePalette::TimelinePalette(const Theme& theme)
{
    const QColor panel = theme.color(ColorRole::Panel);
    const QColor error = theme.color(ColorRole::Error);
    for (std::size_t i = 0; i < kKinds; ++i) {
        const auto kind = static_cast<SpanKind>(i);
        const QColor usual = theme.kindColor(kind);
        if (isContainer(kind)) {
            const QRgb paler = mixed(usual, panel, kind == SpanKind::Turn ? 0.72 : 0.5).rgb();
            m_known.at(i) = m_placed.at(i) = {paler, paler};
        } else {
            m_known.at(i) = {usual.rgb(), error.rgb()};
            m_placed.at(i) = {mixed(usual, panel, 0.5).rgb(), mixed(error, panel, 0.5).rgb()};
        }
    }
}

QRgb TimelinePalette::fill(SpanKind kind, bool hasFailed, bool isPlaced) const
{
    const Colors& colors = (isPlaced ? m_placed : m_known)[static_cast<std::size_t>(kind)];
    return hasFailed ? colors.failed : colors.usual;
}

TimelineStrip::TimelineStrip(int width, int barHeight, int gap)
    : m_background(static_cast<std::size_t>(width))
    , m_line(m_background)
    , m_bottom(m_background)
    , m_barHeight(barHeight)
    , m_image(width, barHeight + gap, QImage::Format_RGB32)
{ }

void TimelineStrip::clear(QRgb background, std::span<const int> lines, QRgb line)
{
    std::ranges::fill(m_background, background);
    for (const int pixel : lines)
        fillWithin(m_background, pixel, 1, line);
    m_line = m_background;
    m_isUnderlined = false;
}

void TimelineStrip::fill(int left, int width, QRgb color)
{
    fillWithin(m_line, left, width, color);
}

void TimelineStrip::underline(int left, int width, QRgb color)
{
    if (!m_isUnderlined)
        std::ranges::fill(m_bottom, 0);
    m_isUnderlined = true;
    fillWithin(m_bottom, left, width, color);
}

void TimelineStrip::paint(QPainter& painter, QPoint topLeft)
{
    const std::size_t bytes = m_line.size() * sizeof(QRgb);
    const auto copy = [&](const std::vector<QRgb>& line, int first, int end) {
        for (int y = first; y < end; ++y)
            std::memcpy(m_image.scanLine(y), line.data(), bytes);
    };
    for (std::size_t i = 0; m_isUnderlined && i < m_line.size(); ++i)
        m_bottom[i] = m_bottom[i] != 0 ? m_bottom[i] : m_line[i];
    const int end = m_barHeight - (m_isUnderlined ? kUnderline : 0);
    copy(m_line, 0, end);
    copy(m_bottom, end, m_barHeight);
    copy(m_background, m_barHeight, m_image.height());
    painter.drawImage(topLeft, m_image);
}

TimelineCaps::TimelineCaps(int width)
    : m_line(static_cast<std::size_t>(width))
    , m_image(width, kCapHeight, QImage::Format_ARGB32_Premultiplied)
{ }

void TimelineCaps::clear()
{
    std::ranges::fill(m_line, 0);
}

void TimelineCaps::add(int left, int width, QRgb color)
{
    fillWithin(m_line, left, width, color);
}

void TimelineCaps::paint(QPainter& painter, QPoint barsTopLeft)
{
    for (int y = 0; y < kCapHeight; ++y)
        std::memcpy(m_image.scanLine(y), m_line.data(), m_line.size() * sizeof(QRgb));
    painter.drawImage(barsTopLeft - QPoint(0, kCapHeight / 2), m_image);
}

} // namespace gui
