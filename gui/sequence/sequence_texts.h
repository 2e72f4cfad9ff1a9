#pragma once

#include "gui/sequence/sequence_rows.h"

#include <QString>

namespace gui {

/// What stands in the head of a column; never empty.
QString participantName(const Participant& participant);

/// What stands on the arrow or beside the mark, in one line. `preview` is what a tool was asked
/// for, as far as it was fetched.
QString itemLabel(const Sequence& sequence, const SequenceItem& item, const QString& preview);

/// The dim figures behind it: how long it took, tokens. May be empty.
QString itemFigures(const Sequence& sequence, const SequenceItem& item);

/// `12 times, 3 steps each`.
QString loopTitle(const SequenceLoop& loop);

/// What a reader of screens is told of a row.
QString rowText(const SequenceRows& rows, std::size_t row);

} // namespace gui
