#pragma once

#include "tests/bench/run_maker.h"

#include <array>
#include <string>
#include <string_view>

namespace bench {

/// Who works in made-up runs. A step has the name at `Step::name`, around the end.
inline constexpr auto kAgentNames = std::to_array<std::string_view>({"planner",
                                                                     "researcher",
                                                                     "coder",
                                                                     "reviewer",
                                                                     "support",
                                                                     "billing",
                                                                     "writer",
                                                                     "tester",
                                                                     "router",
                                                                     "critic",
                                                                     "browser",
                                                                     "archivist"});

inline std::size_t agentIndex(const Step& step)
{
    return step.name % kAgentNames.size();
}

std::string_view modelName(const Step& step);
std::string_view toolName(const Step& step);

/// The name of its span, as the GenAI conventions want it.
std::string spanName(const Step& step);

} // namespace bench
