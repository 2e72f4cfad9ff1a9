#pragma once

#include "engine/experiment/scorer.h"

#include <QRectF>

class QPainter;

namespace gui {

class Theme;

enum class ColorRole : std::uint8_t;

/// What a square of a report stands for; each has a shape of its own beside its colour.
enum class SquareKind
{
    Passed, ///< or mended
    Failed, ///< or broken
    Same,
    Unknown,
};

/// Green and red only where the experiment says which of the two is wanted.
ColorRole squareRole(SquareKind kind, engine::ScorerAim aim);

void paintSquare(QPainter& painter,
                 const QRectF& square,
                 SquareKind kind,
                 engine::ScorerAim aim,
                 const Theme& theme);

} // namespace gui
