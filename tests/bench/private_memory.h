#pragma once

#include <cstdint>
#include <functional>

namespace bench {

/// The private memory of this process in bytes, as /proc/self/smaps_rollup tells: what is in no
/// file and shared with nobody.
std::uint64_t privateMemory();

/// The most memory that this process has held at once, in bytes, with what it shares.
std::uint64_t mostMemory();

/// Runs `work` in a child process and gives what it returns: nothing that was allocated before
/// stands in the way of what it measures.
std::uint64_t inChild(const std::function<std::uint64_t()>& work);

} // namespace bench
