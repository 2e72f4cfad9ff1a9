#pragma once

#include "gui/timeline/timeline_cells.h"
#include "gui/timeline/timeline_scale.h"

#include <QString>

#include <array>

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
    double reached = 0; ///< the furthest `to`
};

/// A group of rows under one label.
struct TimelineLane
{
    QString label;
    tracestore::SpanKind kind = tracestore::SpanKind::Agent;
    std::size_t firstRow = 0;
    std::size_t rowCount = 0;
    std::uint32_t key = 0; ///< see laneKey()
    /// Containers above turns above steps above turns of agents inside an agent: the first row of
    /// each group, and the end.
    std::array<std::size_t, 5> groupRows {};
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

    /// Puts a bar behind the others of a row.
    void append(const TimelineItem& item, std::size_t row);
};

/// The number of the agent or session whose lane a span is in; SpanId::kNone for nobody's.
std::uint32_t
laneKey(const tracestore::Trace& trace, TimelineLaneKind laneKind, tracestore::SpanId span);

/// The group of its lane in which a span stands, 0 to 3. Takes a step for each level above it.
std::size_t timelineGroup(const tracestore::Trace& trace, tracestore::SpanId span);

/// The bar of a span.
TimelineItem timelineItem(const tracestore::Trace& trace,
                          tracestore::SpanId span,
                          const TimelineIntervals& intervals,
                          const TimelineScale& scale);

/// The order in which bars are given to rows: longer ones first, so that what holds stands above
/// what is held.
bool isPackedBefore(const TimelineItem& a, const TimelineItem& b);

/// Makes what is derived of the items of a row, on a scale of that length.
void indexRow(TimelineRow& row, double length);

/// Of the session that the intervals are of, or of the whole trace where it is invalid.
TimelineRows timelineRows(const tracestore::Trace& trace,
                          const TimelineIntervals& intervals,
                          const TimelineScale& scale,
                          TimelineLaneKind laneKind,
                          tracestore::SessionId session = {});

} // namespace gui
