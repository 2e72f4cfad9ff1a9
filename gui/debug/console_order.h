#pragma once

#include "engine/debug/debug_order.h"

#include <QString>

#include <optional>

namespace gui {

/// What a line of the console orders of a trace that one goes through: `first EXPR`, `last EXPR`,
/// `next EXPR`, `previous EXPR` go to where the expression is true, `back EXPR` and `change EXPR`
/// to where its value changed or changes. Nothing where the line is an expression itself.
std::optional<engine::DebugOrder> consoleOrder(const QString& line);

} // namespace gui
