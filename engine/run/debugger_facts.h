#pragma once

#include "engine/effect/effect.h"

#include <nlohmann/json_fwd.hpp>

namespace engine {

using tracestore::kDebuggerPolicy;

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
