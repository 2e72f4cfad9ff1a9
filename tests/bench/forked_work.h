#pragma once

#include "tests/bench/cpu_clock.h"

#include <functional>
#include <optional>

namespace bench {

struct ChildCost
{
    Cost cost;
    bool isStopped = false; ///< it needed more than it was given
};

/// Does work in a copy of this process and gives what it took: work that cannot be stopped, or that
/// may crash. It is stopped after `seconds` of CPU. Nothing where it fails before.
std::optional<ChildCost> costInChild(const std::function<bool()>& work, int seconds);

} // namespace bench
