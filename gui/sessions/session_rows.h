#pragma once

#include "tracestore/analysis/trace_stats.h"

#include <QString>

namespace gui {

/// What the table of sessions says of one.
struct SessionRow
{
    tracestore::SessionId session;
    QString title; ///< never empty
    tracestore::SpanStatus outcome = tracestore::SpanStatus::Unknown;
    tracestore::TraceTotals totals;
    std::optional<tracestore::Duration> duration;
    tracestore::SpanId first; ///< invalid in a session without steps
    /// The first tool call that failed, else the first step that did, in the order of the step
    /// tree; invalid where none did.
    tracestore::SpanId firstError;
};

/// The rows of all sessions of a trace, in its order. Linear in its spans.
std::vector<SessionRow> sessionRows(const tracestore::Trace& trace);

/// The names of the scores that sessions have, each once, in the order of the trace; no more than
/// `most`.
std::vector<std::string> scoreNames(const tracestore::Trace& trace, std::size_t most);

/// The score of that name; null where the session has none.
const tracestore::Score* findScore(const tracestore::Session& session, std::string_view name);

/// The value in as few figures as matter, else the word for it.
QString scoreText(const tracestore::Score& score);

/// The failed step and what it said: `get_order: not found`.
QString firstErrorText(const tracestore::Trace& trace, tracestore::SpanId span);

} // namespace gui
