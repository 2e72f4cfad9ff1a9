#pragma once

#include "tracestore/model/trace.h"

#include <QStaticText>

#include <unordered_map>

class QPainter;

namespace gui {

/// The names on bars, cut to their room and laid out once: names repeat, and a frame may show a
/// thousand of them.
class BarLabels
{
public:
    /// Into `room`, in the font and pen of the painter.
    void paint(QPainter& painter,
               const QRect& room,
               const tracestore::Trace& trace,
               tracestore::SpanId span);

    /// For another font.
    void clear() { m_labels.clear(); }

private:
    std::unordered_map<std::uint64_t, QStaticText> m_labels; ///< by name, outcome and width
};

} // namespace gui
