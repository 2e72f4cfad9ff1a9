#pragma once

#include <cstdint>
#include <functional>

namespace bench {

/// The private memory of this process in bytes, as /proc/self/smaps_rollup tells: what is in no
/// file and shared with nobody.
std::uint64_t privateMemory();

/// Runs `work` in a child process and gives what it returns: nothing that was allocated before
/// stands in the way of what it measures.
std::uint64_t inChild(const std::function<std::uint64_t()>& work);

} // namespace bench
