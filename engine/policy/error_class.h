#pragma once

#include "engine/effect/effect.h"

#include <nlohmann/json_fwd.hpp>

namespace engine {

/// What a failure says about another try.
enum class ErrorClass : std::uint8_t
{
    Transient, ///< overloaded, unreachable, timed out: may well work in a moment
    RateLimited, ///< too many requests: works after a while
    Permanent ///< the request itself is wrong, or not allowed: fails again
};

std::string_view toWord(ErrorClass errorClass);

/// The class of a failed outcome: what the provider or tool says of it, else by its type, which is
/// an HTTP status (RFC 9110; 408, 409, 425, 429 and from 500 on are worth another try, as the
/// clients of the makers do it) or `network`, `timeout`, `protocol`.
ErrorClass classOf(const Outcome& outcome);

/// `openai/gpt-4o`, or the name of a tool: whom an effect asks. Empty for users, agents, timers.
std::string targetOf(const EffectRequest& request);

/// Whether doing it twice harms nobody: models, and tools that only read.
bool isRepeatable(const Effect& effect);

/// The call that an attempt belongs to, as a key.
std::string callKey(const Effect& effect);

/// A time for people: `250 ms`, `3.5 s`, `2 min`, `3 h`.
std::string durationText(tracestore::Duration duration);

} // namespace engine
