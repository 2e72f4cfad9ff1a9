#pragma once

#include <QRectF>

class QPainter;

namespace gui {

class Theme;

/// What a square of a report stands for; each has a shape of its own beside its colour.
enum class SquareKind
{
    Passed, ///< or mended
    Failed, ///< or broken
    Same,
    Unknown,
};

void paintSquare(QPainter& painter, const QRectF& square, SquareKind kind, const Theme& theme);

} // namespace gui
