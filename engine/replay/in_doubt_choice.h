#pragma once

#include <cstdint>

namespace engine {

/// What becomes of an effect of which nobody knows whether it was done, where it writes or reaches
/// outside; what only reads is simply done again.
enum class InDoubtChoice : std::uint8_t
{
    Ask, ///< the user, by a question of the run
    Repeat, ///< do it again
    Fail ///< the agent is told that it is not known whether it was done
};

} // namespace engine
