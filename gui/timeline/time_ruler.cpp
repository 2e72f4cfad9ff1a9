#include "gui/timeline/time_ruler.h"

#include <array>
#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr std::int64_t kUs = 1000;
    constexpr std::int64_t kMs = 1000 * kUs;
    constexpr std::int64_t kSecond = 1000 * kMs;
    constexpr std::int64_t kMinute = 60 * kSecond;
    constexpr std::int64_t kHour = 60 * kMinute;

    /// The smallest round step that is no shorter than `ns`.
    std::int64_t roundStep(double ns)
    {
        static constexpr std::array kLong {kMinute,
                                           2 * kMinute,
                                           5 * kMinute,
                                           10 * kMinute,
                                           15 * kMinute,
                                           30 * kMinute,
                                           kHour,
                                           2 * kHour,
                                           3 * kHour,
                                           6 * kHour,
                                           12 * kHour};
        if (ns <= 30.0 * kSecond) {
            const double power = std::pow(10.0, std::floor(std::log10(std::max(ns, 1.0))));
            for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
                if (power * factor >= ns)
                    return static_cast<std::int64_t>(power * factor) == 50 * kSecond
                        ? 30 * kSecond
                        : static_cast<std::int64_t>(power * factor);
            }
        }
        for (const std::int64_t step : kLong) {
            if (static_cast<double>(step) >= ns)
                return step;
        }
        return static_cast<std::int64_t>(std::ceil(ns / (24.0 * kHour))) * 24 * kHour;
    }

    /// On a sequence neighbours are no even distance apart: three figures of each time are shown.
    std::int64_t sequenceStep(std::int64_t ns)
    {
        if (ns >= 2 * kMinute)
            return kSecond;
        return ns >= kSecond ? std::max(10 * kMs * (ns >= 10 * kSecond ? 10 : 1), 50 * kMs) : kMs;
    }

    QString clockLabel(std::int64_t ns)
    {
        const std::int64_t seconds = ns / kSecond;
        const QString rest
            = u"%1:%2"_s.arg(seconds / 60 % 60, seconds >= 3600 ? 2 : 1, 10, QChar(u'0'))
                  .arg(seconds % 60, 2, 10, QChar(u'0'));
        return seconds >= 3600 ? u"%1:%2"_s.arg(seconds / 3600).arg(rest) : rest;
    }

} // namespace

QString rulerLabel(std::int64_t ns, std::int64_t step)
{
    const auto decimals = [&](std::int64_t unit) {
        int count = 0;
        for (std::int64_t part = unit; step < part && count < 6; part /= 10)
            ++count;
        return count;
    };
    const auto number = [&](std::int64_t unit) {
        return QString::number(
            static_cast<double>(ns) / static_cast<double>(unit), 'f', decimals(unit));
    };
    if (ns >= 2 * kMinute && step >= kSecond)
        return clockLabel(ns);
    if (step >= 50 * kMs || ns >= 10 * kSecond)
        return number(kSecond) + u" s"_s;
    if (step >= 50 * kUs || ns >= 10 * kMs)
        return number(kMs) + u" ms"_s;
    return number(kUs) + u" µs"_s;
}

std::vector<RulerTick>
rulerTicks(const TimelineScale& scale, const TimelineCoordinates& coordinates, int spacing)
{
    std::vector<RulerTick> ticks;
    if (!scale.hasTimes())
        return ticks;
    const double unitsApart = spacing / coordinates.pixelsPerUnit();
    if (scale.kind() == TimelineScaleKind::Sequence) {
        const double step = std::max(1.0, std::ceil(unitsApart));
        for (double at = std::ceil(coordinates.from / step) * step; at <= coordinates.to;
             at += step) {
            const std::int64_t ns = scale.timeAt(at);
            ticks.push_back(
                {static_cast<int>(coordinates.toPixel(at)), rulerLabel(ns, sequenceStep(ns))});
        }
        return ticks;
    }
    const std::int64_t step = roundStep(unitsApart);
    auto ns
        = static_cast<std::int64_t>(std::ceil(coordinates.from / static_cast<double>(step))) * step;
    for (; static_cast<double>(ns) <= coordinates.to; ns += step)
        ticks.push_back(
            {static_cast<int>(coordinates.toPixel(static_cast<double>(ns))), rulerLabel(ns, step)});
    return ticks;
}

} // namespace gui
