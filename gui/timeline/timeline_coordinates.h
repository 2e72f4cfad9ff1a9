#pragma once

#include <algorithm>

namespace gui {

/// Maps positions on a scale (see TimelineScale) to pixels of a strip and back. Pure.
struct TimelineCoordinates
{
    double from = 0; ///< the position at pixel 0
    double to = 1; ///< the position at pixel `width`; above `from`
    int width = 1;

    [[nodiscard]] double pixelsPerUnit() const { return width / (to - from); }

    [[nodiscard]] double toPixel(double position) const
    {
        return (position - from) * pixelsPerUnit();
    }

    [[nodiscard]] double toPosition(double pixel) const { return from + pixel / pixelsPerUnit(); }

    /// The same strip zoomed by `factor` (above 1: nearer) around a pixel that stays where it is,
    /// within [0, length] and no nearer than `minSpan` units.
    [[nodiscard]] TimelineCoordinates
    zoomed(double factor, double pixel, double length, double minSpan) const
    {
        const double anchor = toPosition(pixel);
        const double span = std::clamp((to - from) / factor, std::min(minSpan, length), length);
        const double left = anchor - span * (pixel / width);
        return TimelineCoordinates {left, left + span, width}.within(length);
    }

    [[nodiscard]] TimelineCoordinates panned(double pixels, double length) const
    {
        const double by = pixels / pixelsPerUnit();
        return TimelineCoordinates {from + by, to + by, width}.within(length);
    }

    /// Shifted, and shortened where needed, to lie in [0, length].
    [[nodiscard]] TimelineCoordinates within(double length) const
    {
        const double span = std::min(to - from, length);
        const double left = std::clamp(from, 0.0, length - span);
        return {left, left + span, width};
    }

    bool operator==(const TimelineCoordinates&) const = default;
};

} // namespace gui
