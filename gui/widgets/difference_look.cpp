#include "gui/widgets/difference_look.h"

#include "gui/theme/theme.h"

namespace gui {

using LineKind = DifferenceLine::Kind;

namespace {

    QTextCharFormat filled(const QColor& color)
    {
        QTextCharFormat format;
        format.setBackground(color);
        return format;
    }

    /// Stronger than the line, and legible on both themes: the line's colour, moved to that of the
    /// sign of what happened.
    QTextCharFormat marked(QColor line, const QColor& sign)
    {
        constexpr float kShare = 0.38F;
        const auto mix = [&](float a, float b) { return a + (b - a) * kShare; };
        line.setRgbF(mix(line.redF(), sign.redF()),
                     mix(line.greenF(), sign.greenF()),
                     mix(line.blueF(), sign.blueF()));
        QTextCharFormat format = filled(line);
        format.setFontWeight(QFont::DemiBold);
        return format;
    }

} // namespace

DifferenceLook differenceLook(const std::vector<DifferenceLine>& lines, const Theme& theme)
{
    constexpr int kSigns = 2; // before each line
    const auto add = [](DifferenceLook& to, qsizetype first, qsizetype size, const auto& format) {
        to.formats.push_back({static_cast<int>(first), static_cast<int>(size), format});
    };
    const QColor removed = theme.color(ColorRole::RemovedBackground);
    const QColor added = theme.color(ColorRole::AddedBackground);
    QTextCharFormat dim;
    dim.setForeground(theme.color(ColorRole::TextDim));
    DifferenceLook look {differenceText(lines), {}};
    qsizetype at = 0;
    for (const DifferenceLine& line : lines) {
        const bool isRemoved = line.kind == LineKind::Removed;
        const bool isChange = isRemoved || line.kind == LineKind::Added;
        const qsizetype size = kSigns + line.text.size();
        const QColor& background = isRemoved ? removed : added;
        // Formats do not overlap: between the changed words stands that of the line.
        qsizetype from = 0;
        for (const DifferenceLine::Stretch& word : line.changed) {
            add(look, at + from, kSigns + word.first - from, filled(background));
            add(look,
                at + kSigns + word.first,
                word.size,
                marked(background, theme.color(isRemoved ? ColorRole::Error : ColorRole::Ok)));
            from = kSigns + word.first + word.size;
        }
        add(look, at + from, size - from, isChange ? filled(background) : dim);
        at += size + 1;
    }
    return look;
}

} // namespace gui
