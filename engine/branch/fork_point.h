#pragma once

#include "engine/debug/debug_status.h"
#include "tracestore/base/result.h"

#include <filesystem>
#include <set>
#include <string>

namespace engine {

/// A step of a recording at which a branch may begin, with all that can be changed there.
struct ForkPoint
{
    std::filesystem::path recording;
    std::int64_t event = 0; ///< the step's intent; what is before it both will share
    std::string name; ///< of the tool, model or agent
    EffectClass effectClass = EffectClass::Reads;
    bool isScripted = false; ///< no real model was asked
    /// Request, outcome (empty: it had not ended) and schema of a tool. The state is that in which
    /// the agent's turn began; empty: it is not known.
    StepInspection step;
    std::set<std::string> writers; ///< tools that wrote or reached outside in this recording
};

/// Reads it. NotFound: no such step was begun. Else fails as openLog() does. Not on the thread of a
/// window.
tracestore::Result<ForkPoint> readForkPoint(const std::filesystem::path& recording,
                                            const std::string& effect);

} // namespace engine
