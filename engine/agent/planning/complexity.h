#pragma once

#include "engine/agent/planning/language.h"

#include <string_view>

namespace engine {

/// What speaks for a task being hard, each from 0 to 1.
struct ComplexityEstimate
{
    double score = 0; ///< of all, from 0 to 1
    double length = 0;
    double parts = 0; ///< questions, list items, joined orders
    double reasoning = 0; ///< words that ask for thought: why, compare, prove, design ...
    double conditions = 0; ///< if, unless, at least, without ...
    double formal = 0; ///< code, formulas, numbers
    Language language = Language::Unknown;
    bool isJudged = true; ///< no: the words of that language are not known here
};

/// How hard a task looks from its text alone: a weighted sum of features that routers of models use
/// (Ong et al. 2024, "RouteLLM"; Ding et al. 2024, "Hybrid LLM"), with weights set by hand on the
/// tuned half of tests/data/policies/complexity.jsonl. From 0.4 on a task counts as hard there. It
/// knows English words only: texts in other languages are not judged, and neither are those of an
/// unknown one, but for a few words in ASCII, which are short in any.
ComplexityEstimate estimateComplexity(std::string_view text);

} // namespace engine
