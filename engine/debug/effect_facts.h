#pragma once

#include "engine/effect/effect.h"

namespace engine {

/// The intent of an effect as it stands in the log.
tracestore::EffectWanted wanted(const Effect& effect);

/// Its outcome likewise.
tracestore::EffectEnded ended(const Outcome& outcome);

/// The outcome that stands so in the log.
Outcome outcomeOf(const tracestore::EffectEnded& fact, tracestore::Timestamp end);

/// A request or outcome as JSON, for the record of an edit.
std::string requestJson(const EffectRequest& request);
std::string outcomeJson(const Outcome& outcome);

} // namespace engine
