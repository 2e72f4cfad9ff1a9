#pragma once

#include "gui/summary/summary_groups.h"

namespace gui {

/// One figure of the strip on top of the summary.
struct SummaryTile
{
    QString label;
    QString value;
    QString detail; ///< a dim line below; may be empty
    bool isError = false;
    bool isUnknown = false;
};

/// What the whole trace sums up to. What is not known says so.
std::vector<SummaryTile> summaryTiles(const tracestore::SpanGroup& whole);

} // namespace gui
