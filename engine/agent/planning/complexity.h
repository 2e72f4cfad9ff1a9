#pragma once

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
};

/// How hard a task looks from its text alone: a weighted sum of features that routers of models use
/// (Ong et al. 2024, "RouteLLM"; Ding et al. 2024, "Hybrid LLM"), with weights set by hand on the
/// labelled set in tests/data/policies/complexity.jsonl. From 0.4 on a task counts as hard there.
/// English words; other languages are judged by length, parts and formal signs.
ComplexityEstimate estimateComplexity(std::string_view text);

} // namespace engine
