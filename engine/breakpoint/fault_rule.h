#pragma once

#include "engine/breakpoint/breakpoint.h"
#include "tracestore/base/timestamp.h"

namespace engine {

/// How a step is made to fail, to see how the agent takes it.
enum class FaultKind : std::uint8_t
{
    Timeout, ///< an error `timeout` after `delay`
    Error, ///< an error of `errorType` at once
    Malformed, ///< a result that is cut-off JSON; of a model: calls with cut-off arguments
    Slow, ///< begins `delay` later, and is then what it is
    Empty, ///< an empty result or answer
    RateLimit ///< an error `rate_limit` that asks to come back after `delay`
};

std::string_view toWord(FaultKind kind);
std::optional<FaultKind> faultKindOf(std::string_view word);

using FaultId = std::uint32_t;

/// A fault that is injected into steps as they pass. Nothing is sent of a step that fails so.
struct FaultRule
{
    FaultId id = 0;
    bool isEnabled = true;
    FaultKind kind = FaultKind::Error;
    StepScope scope; ///< `tool` alone means tools, `model` alone models, neither: both
    std::string condition; ///< in the query language; empty: always
    std::uint32_t count = 0; ///< for the next so many steps; 0: until it is switched off
    double probability = 1; ///< 0 to 1, for each step that fits
    std::uint64_t seed = 1; ///< the same seed, the same steps that fail
    tracestore::Duration delay {1'000'000'000};
    std::string errorType = "http_503"; ///< of FaultKind::Error
    std::string message; ///< empty: one that says that it was injected

    bool operator==(const FaultRule&) const = default;
};

/// How a rule fared so far.
struct FaultTally
{
    FaultId id = 0;
    std::uint64_t met = 0; ///< steps that fit
    std::uint64_t failed = 0; ///< those that it failed
    std::string problem; ///< of its condition; else empty

    bool operator==(const FaultTally&) const = default;
};

} // namespace engine
