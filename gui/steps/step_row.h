#pragma once

#include <QRect>
#include <QString>

class QColor;
class QPainter;

namespace gui {

class Theme;

// What the row of a step in a tree looks like, wherever it stands.

namespace steprow {

    inline constexpr int kPadding = 6;

    /// Rows deeper than this say their depth in a figure instead of moving on to the right: the
    /// larger part of the column belongs to the names.
    [[nodiscard]] int levelsIn(const QRect& cell);

    /// Where the expander of a row stands in its cell.
    [[nodiscard]] QRect expanderRect(const QRect& cell, int depth);

    void paintGuides(QPainter& painter, const Theme& theme, const QRect& cell, int depth);
    void paintExpander(QPainter& painter, const Theme& theme, const QRect& rect, bool isOpen);

    /// Draws as much of a text as fits and moves the left edge behind it.
    void drawPiece(QPainter& painter, QRect& rect, const QString& text, const QColor& color);

    /// The name of a model without the date at its end, which parts no call from another and takes
    /// the room of what they do differ in; the inspector and hover cards show it whole.
    [[nodiscard]] QString withoutDate(const QString& model);

} // namespace steprow

} // namespace gui
