#pragma once

#include "engine/policy/delivery_policy.h"
#include "engine/run/run_past.h"

namespace engine {

// What a policy that goes by what runs share decided, as the recording of a run has it. A run that
// is done again meets other runs than it did, or none, and has to come to the same all the same.
// `next` is the name that the call's next attempt, wait or question will have; `now` is what the
// policy decides now, which counts where nothing is recorded.

BeforeAttempt recordedBefore(const RunPast& past,
                             const EffectId& next,
                             std::string_view policy,
                             BeforeAttempt now,
                             DeliveryPolicy::Decisions& decisions);

AfterAttempt recordedAfter(const RunPast& past,
                           const EffectId& next,
                           std::string_view policy,
                           AfterAttempt now,
                           DeliveryPolicy::Decisions& decisions);

} // namespace engine
