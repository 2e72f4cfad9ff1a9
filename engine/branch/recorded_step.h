#pragma once

#include "engine/effect/effect.h"
#include "tracestore/base/result.h"
#include "tracestore/recording/run_event.h"
#include "tracestore/store/database.h"

#include <nlohmann/json.hpp>

#include <vector>

namespace engine {

/// An event of a log. Corrupt: it is missing or cannot be read.
tracestore::Result<tracestore::RunEvent> eventAt(tracestore::Database& log, std::int64_t number);

/// A request of a kind, to be filled with what is recorded.
EffectRequest emptyRequest(EffectKind kind);

/// The state to which these changes lead, which are all of an agent up to there. Corrupt: one of
/// them cannot be read. Invalid: nothing is known of it.
tracestore::Result<nlohmann::json> recordedState(const std::vector<tracestore::RunEvent>& changes,
                                                 const std::string& agent);

/// The turn of an effect: `support:3` of `support:3.2.1`.
std::string turnOf(const tracestore::RunEvent& step);

} // namespace engine
