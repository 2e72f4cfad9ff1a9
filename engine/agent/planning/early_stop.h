#pragma once

#include "engine/config/agent_config.h"
#include "tracestore/query/text_pattern.h"
#include "tracestore/recording/run_event.h"

namespace engine {

/// From which an answer counts as one that the model believes in.
inline constexpr double kConfident = 0.5;

/// How sure of itself a text sounds, from 0 to 1: 1 less the weight of its hedges (Hyland 1998,
/// "Hedging in Scientific Research Articles": epistemic verbs, adverbs and admissions of not
/// knowing) by the root of its number of sentences. What it sounds like, not whether it is right:
/// models state errors with confidence. English. Judged on tests/data/policies/confidence.jsonl.
double soundingConfidence(std::string_view text);

/// Ends a run before the model does: an answer that matches a pattern, or one that sounds unsure.
class EarlyStop
{
public:
    /// The action of a decision on a text that sounds unsure.
    static constexpr const char* kDoubt = "low_confidence";
    /// So many unsure texts in a row end the work also where the model still makes calls.
    static constexpr std::uint32_t kMaxDoubts = 2;

    explicit EarlyStop(const EarlyStopConfig& config);

    /// The decision to stop on what a model said, with what spoke for it; nothing where there is
    /// none.
    [[nodiscard]] std::optional<tracestore::DecisionMade> judge(const std::string& text) const;

private:
    EarlyStopConfig m_config;
    std::vector<tracestore::TextPattern> m_patterns;
};

} // namespace engine
