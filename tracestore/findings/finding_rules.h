#pragma once

#include "tracestore/findings/finding_rule.h"

namespace tracestore {

/// The rules that come with Kymo, in the order in which their findings are told. README.md in this
/// folder says what each looks for.
RuleRegistry builtinRules();

} // namespace tracestore
