#pragma once

#include "engine/effect/effect.h"

#include <nlohmann/json_fwd.hpp>

namespace engine {

/// The policy under which the debugger's own facts stand in a log: `hold`, `log`, `snapshot`,
/// `fault`, `fork`, `edit`, `answer`, `discard`. They are no part of what a run is, and are passed
/// over when it is done again.
inline constexpr std::string_view kDebuggerPolicy = "debugger";

/// A fact of the debugger about a step. Its details name kind and name of the step, so that views
/// can show one of which no intent is recorded.
tracestore::DecisionMade
debuggerFact(std::string_view action, std::string reason, const Effect& effect);
tracestore::DecisionMade debuggerFact(std::string_view action,
                                      std::string reason,
                                      const Effect& effect,
                                      nlohmann::json details);

/// What the effect is of: the model, tool or agent.
std::string nameOf(const EffectRequest& request);

} // namespace engine
