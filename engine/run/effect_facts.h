#pragma once

#include "engine/effect/effect.h"

namespace engine {

/// The intent of an effect as it stands in the log.
tracestore::EffectWanted wanted(const Effect& effect);

/// Its outcome likewise.
tracestore::EffectEnded ended(const Outcome& outcome);

/// The outcome that stands so in the log.
Outcome outcomeOf(const tracestore::EffectEnded& fact, tracestore::Timestamp end);

/// The request that stands so in the log; what the log does not tell is taken from `like`, the
/// request of the same kind that it was made of.
EffectRequest requestOf(const tracestore::EffectWanted& fact, EffectRequest like);

/// A request or outcome as JSON, for the record of an edit.
std::string requestJson(const EffectRequest& request);
std::string outcomeJson(const Outcome& outcome);

} // namespace engine
