#pragma once

#include "tests/bench/cpu_clock.h"

#include <functional>
#include <optional>

namespace bench {

/// Does work in a copy of this process and gives what it took: work that cannot be stopped, or that
/// may crash. Nothing where it needs more than `seconds` of CPU or fails.
std::optional<Cost> costInChild(const std::function<bool()>& work, int seconds);

} // namespace bench
