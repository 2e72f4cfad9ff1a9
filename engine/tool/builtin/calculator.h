#pragma once

#include "engine/tool/tool.h"
#include "tracestore/base/result.h"

#include <memory>
#include <string>
#include <string_view>

namespace engine {

/// The value of an arithmetic expression as text: exact decimals where they are, `about 0.333...`
/// where it had to be rounded. Knows + - * / % ^, brackets, pi, e, and abs, sqrt, round, floor,
/// ceil, min, max, sum, ln, log, exp, sin, cos, tan. Invalid: not understood, with the character,
/// or without a value (division by zero, too large).
tracestore::Result<std::string> calculate(std::string_view expression);

std::unique_ptr<Tool> makeCalculator();

} // namespace engine
