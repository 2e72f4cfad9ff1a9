#pragma once

#include "tests/bench/random_source.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

enum class StepKind
{
    Run,
    Agent,
    Turn,
    Llm,
    Tool
};

/// A step of a made-up run. Texts come later, from its seed.
struct Step
{
    StepKind kind = StepKind::Run;
    std::int64_t parent = -1; ///< index in its run
    std::uint64_t id = 0;
    std::uint64_t start = 0; ///< ns
    std::uint64_t end = 0;
    std::uint32_t depth = 0;
    std::uint32_t name = 0; ///< which agent, model or tool
    bool hasFailed = false;
};

/// A run of agents: its steps, each after its parent.
struct Run
{
    std::uint64_t id = 0;
    std::vector<Step> steps;
};

/// Makes up a run that begins at a time.
Run makeRun(RandomSource& random, std::uint64_t start);

} // namespace bench
