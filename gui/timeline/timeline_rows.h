#pragma once

#include "gui/timeline/timeline_cells.h"
#include "gui/timeline/timeline_scale.h"

#include <QString>

namespace gui {

enum class TimelineLaneKind : std::uint8_t
{
    Agent,
    Session
};

/// A span on a row, with its positions on the scale.
struct TimelineItem
{
    double from = 0;
    double to = 0;
    tracestore::SpanId span;
    tracestore::SpanKind kind = tracestore::SpanKind::Other;
    bool hasFailed = false;
    bool isPlaced = false; ///< its place is not from the source, though other places are
    bool isOpen = false; ///< the source gives no end
};

/// A row of bars in order of `from`.
struct TimelineRow
{
    std::vector<TimelineItem> items;
    std::vector<std::uint32_t> errorsBefore; ///< of the items before each, and in all: size + 1
    TimelineCells cells; ///< what they look like from afar
};

/// A group of rows under one label.
struct TimelineLane
{
    QString label;
    tracestore::SpanKind kind = tracestore::SpanKind::Agent;
    std::size_t firstRow = 0;
    std::size_t rowCount = 0;
};

/// All rows of a trace on a scale: for each agent (or session) its containers, its turns and its
/// steps, each packed so that bars do not overlap.
struct TimelineRows
{
    std::vector<TimelineLane> lanes;
    std::vector<TimelineRow> rows;
    std::vector<std::uint32_t> rowOf; ///< index = SpanId
    std::vector<std::uint32_t> itemOf; ///< likewise: its place in that row

    /// More parallel steps of one lane than this share its last row.
    static constexpr std::size_t kMaxRowsOfGroup = 24;
};

/// Makes what is derived of the items of a row, on a scale of that length.
void indexRow(TimelineRow& row, double length);

/// Of the session that the intervals are of, or of the whole trace where it is invalid.
TimelineRows timelineRows(const tracestore::Trace& trace,
                          const TimelineIntervals& intervals,
                          const TimelineScale& scale,
                          TimelineLaneKind laneKind,
                          tracestore::SessionId session = {});

} // namespace gui
