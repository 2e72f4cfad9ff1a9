#pragma once

#include <QIcon>

namespace gui {

/// An icon from an SVG file drawn in black, rendered in `color` (in `disabledColor` where it is
/// disabled) at the very pixels asked for, so that it is sharp at any scale.
QIcon tintedIcon(const QString& svgPath, const QColor& color, const QColor& disabledColor);

} // namespace gui
