#pragma once

#include <QIcon>
#include <QSize>

namespace gui {

/// Sizes for icons of buttons with text beside them. Icons are square and stand at the left: what
/// is left of the width is the room before the text, for which styles leave none.
inline constexpr QSize kIconBesideText(20, 16);
inline constexpr QSize kSmallIconBesideText(16, 12);

/// An icon from an SVG file drawn in black, rendered in `color` (in `disabledColor` where it is
/// disabled) at the very pixels asked for, so that it is sharp at any scale.
QIcon tintedIcon(const QString& svgPath, const QColor& color, const QColor& disabledColor);

} // namespace gui
