#pragma once

#include "gui/messages/block.h"
#include "tracestore/provenance/origin.h"

class QWidget;

namespace gui {

class SessionContext;
class TextViewer;

// "Where did this come from?" of texts in messages.

/// The place of a part, as origins name it; Other where it is none of theirs.
tracestore::ContentPlace placeOf(const PartRef& part);

/// What to ask of a part of a step; an invalid span where it has no text.
tracestore::OriginQuery originOf(tracestore::SpanId span, const PartRef& part);

/// What is selected in a viewer; of a member of a JSON text its value.
std::string soughtIn(const TextViewer& viewer);

/// Lets one ask in a window that shows the text of a part.
void offerOrigins(QWidget& window, SessionContext& context, const tracestore::OriginQuery& query);

} // namespace gui
