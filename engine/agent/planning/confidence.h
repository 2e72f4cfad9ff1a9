#pragma once

#include "engine/agent/planning/language.h"

#include <optional>

namespace engine {

/// From which an answer counts as one that the model believes in.
inline constexpr double kConfident = 0.5;

struct Confidence
{
    Language language = Language::Unknown;
    std::optional<double> value; ///< 0 to 1; nothing: the language is not known, no judgement
};

/// How sure of itself a text sounds: 1 less the weight of its hedges (Hyland 1998, "Hedging in
/// Scientific Research Articles": epistemic verbs, adverbs and admissions of not knowing) by the
/// root of its number of sentences. What it sounds like, not whether it is right: models state
/// errors with confidence. In English, German, Spanish, French and Chinese by tables of phrases;
/// the weights were set for English on the tuned half of tests/data/policies/confidence.jsonl.
Confidence soundingConfidence(std::string_view text);

} // namespace engine
