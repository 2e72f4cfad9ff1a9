#pragma once

#include "tracestore/model/trace.h"
#include "tracestore/provenance/origin.h"

#include <QString>

namespace gui {

// What is found of where texts come from, in words.

/// `from the user`, `from a tool` ...
QString giverText(tracestore::Giver giver);

/// `almost sure`, `likely` ...
QString certaintyText(double confidence);

/// How a find says what is asked: `word for word`, `nearly (82 %)`, `a part, word for word`.
QString likenessText(const tracestore::Origin& find);

/// Of a piece that was found nowhere, or that is too common to say anything: why, in a sentence;
/// else empty.
QString pieceNote(const tracestore::Trace& trace,
                  const tracestore::OriginQuery& query,
                  const tracestore::OriginReport& report,
                  const tracestore::OriginPiece& piece);

/// What the search looked at and what it could not, in a line or two.
QString coverageText(const tracestore::OriginQuery& query, const tracestore::OriginReport& report);

/// What was asked: `“A-77312” in the arguments of refund`.
QString questionText(const tracestore::Trace& trace, const tracestore::OriginQuery& query);

} // namespace gui
