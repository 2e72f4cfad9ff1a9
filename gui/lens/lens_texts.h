#pragma once

#include "gui/theme/theme.h"
#include "tracestore/model/trace.h"
#include "tracestore/provenance/context_window.h"

#include <QString>

namespace gui {

// What fills a context window, in words and colours.

QString kindText(tracestore::WindowKind kind);
ColorRole kindRole(tracestore::WindowKind kind);

/// `new`, `changed`, `stands for 12`; empty where it is as it was.
QString changeText(const tracestore::WindowPart& part);

/// `18,204 tokens as reported; the parts are estimated`.
QString totalText(const tracestore::ContextWindow& window);

/// Where the cached front ends, why, and what that cost; empty where it does not.
QString breakText(const tracestore::ContextWindow& window);

/// What is not sent any more; empty where all is.
QString cutText(const tracestore::ContextWindow& window);

} // namespace gui
