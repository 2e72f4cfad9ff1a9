#pragma once

#include "engine/runtime/engine_service.h"

#include <QString>

namespace gui {

// What is said of a run that is debugged, the same wherever it is said. Plain text.

/// How the debugger stands, for the tool bar: `Paused before tool call refund_order · breakpoint 2:
/// args.amount > 500 (hit 1) · not sent yet`; empty where there is nothing to say. Conditions are
/// those of `breakpoints`.
QString stopLine(const engine::DebugStatus& status,
                 const std::vector<engine::Breakpoint>& breakpoints);

/// What the condition of a hit looked at, a line each: `args.amount = 890`.
QString hitValues(const engine::DebugStop& stop);

/// `paused`, `held`, `running`, `done, held`.
QString stageName(const engine::PendingStep& step);

/// `Tool call`, `Model call` ...
QString effectKindName(engine::EffectKind kind);

/// `reads`, `writes outside`: what a call can do; empty where that is of no interest.
QString effectClassName(engine::EffectClass effectClass);

/// The step of a status that has this name; null where it is not pending (any more).
const engine::PendingStep* pendingStep(const engine::DebugStatus& status,
                                       const std::string& effect);

[[nodiscard]] bool isHeld(const engine::PendingStep& step);

/// What the trace that one goes through does not tell: sentences. Empty where it tells all, or
/// nobody goes through one.
QString travelNotes(const engine::DebugStatus& status);

/// Where one stands: `before refund_order`, `after refund_order`, `new state of support`.
QString momentText(const engine::TravelPlace& place, const QString& name);

/// What a change of the state of an agent would set off now, or why there can be none: sentences.
/// Empty where nothing of the agent is known to be held.
QString stateChangeNote(const engine::DebugStatus& debug, const std::string& agent);

} // namespace gui
