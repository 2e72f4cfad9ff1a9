#pragma once

#include "gui/models/text_difference.h"

#include <QTextLayout>

namespace gui {

class Theme;

/// Lines of a difference as one text with its colours: what was taken away, what was put in its
/// place, and of both the words that differ.
struct DifferenceLook
{
    QString text;
    QList<QTextLayout::FormatRange> formats;
};

/// In the colours of the theme as it is now.
DifferenceLook differenceLook(const std::vector<DifferenceLine>& lines, const Theme& theme);

} // namespace gui
