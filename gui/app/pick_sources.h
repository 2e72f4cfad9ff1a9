#pragma once

#include "gui/app/quick_pick.h"
#include "tracestore/model/ids.h"

class QAction;

namespace gui {

class SessionContext;

/// Actions whose text fits; those that were named first stand first, those that cannot be used now
/// last, with what they are for: what is looked for is not missing without a word.
QList<QuickPickItem> pickActions(const QList<QAction*>& actions, const QString& typed);

/// Steps by name, agent or number (`12`, `#12`); bookmarks where nothing is typed. Names are
/// compared once each, so that a million steps are no wait.
QList<QuickPickItem> pickSteps(SessionContext& context, const QString& typed);

/// The names from the top of the tree down to a step, one after another: `main / turn 2 / Bash`.
QString stepPath(const SessionContext& context, tracestore::SpanId span);

} // namespace gui
