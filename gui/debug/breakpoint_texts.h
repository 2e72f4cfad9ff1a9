#pragma once

#include "engine/breakpoint/breakpoint.h"
#include "engine/breakpoint/fault_rule.h"
#include "gui/context/breakpoint_marks.h"

#include <QString>

namespace gui {

// What lists and dialogs say of breakpoints and faults. Texts of users in them are made one line.

/// `refund_order · resolver`; `any tool` where it does not restrict.
QString whereText(const engine::Breakpoint& breakpoint);

/// `from hit 3 on`; empty where every hit counts.
QString hitRuleText(const engine::HitRule& rule);

/// `pause, log "…"`.
QString actionsText(const engine::Breakpoint& breakpoint);
QString actionText(const engine::BreakpointAction& action);

/// `state.plan changes` before the condition, where it asks for a change.
QString conditionText(const engine::Breakpoint& breakpoint);

QString kindText(engine::StopKind kind);

BreakpointMark signOf(const engine::Breakpoint& breakpoint);

QString faultKindText(engine::FaultKind kind);

/// Which steps: `any tool or model`, `policy_search · resolver`.
QString whereText(const engine::FaultRule& rule);

/// `the next 3`, `30 %, seed 7`, `every one`.
QString howOftenText(const engine::FaultRule& rule);

/// `after 1.5 s`, `http_503`.
QString faultDetailText(const engine::FaultRule& rule);

} // namespace gui
