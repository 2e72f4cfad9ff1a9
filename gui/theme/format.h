#pragma once

#include "tracestore/model/span.h"

#include <QString>

namespace gui {

// How values are written, the same in every view. An empty text stands for "not known".

/// UTF-8 of a trace as a QString; bytes that are not valid become U+FFFD.
QString toText(std::string_view utf8);

/// `412 ms`, `9.42 s`, `2 min 05 s`, `1 h 12 min`; three figures that matter.
QString formatDuration(tracestore::Duration duration);
QString formatDuration(std::optional<tracestore::Duration> duration);

/// `18,204`.
QString formatCount(std::int64_t count);
QString formatCount(std::optional<std::int64_t> count);

/// `18.2k`, `3.23M` above ten thousand, for narrow places.
QString formatCountShort(std::int64_t count);

/// `$0.0188`, `$12.40`, `EUR 0.0188`; as many places as are worth reading.
QString formatCost(const tracestore::Cost& cost);

/// The same for narrow columns: no more than four decimals, `<$0.0001` for less.
QString formatCostShort(const tracestore::Cost& cost);

/// Date and time to the millisecond in the zone of the desktop.
QString formatTimestamp(tracestore::Timestamp instant);

/// One line without control or direction-changing characters, cut at `maxLength` with an ellipsis:
/// for labels and titles made of strangers' text.
QString singleLine(std::string_view utf8, qsizetype maxLength = 200);

/// The text with control characters (but for line feed and tab) and direction-changing characters
/// shown as visible marks, so that what one sees is what is there.
QString visibleText(const QString& text);

} // namespace gui
