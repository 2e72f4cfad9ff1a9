#include "engine/debug/debug_status.h"

#include "engine/debug/debug_order.h"

#include <array>

namespace engine {
namespace {

    constexpr std::array<std::string_view, 4> kStateWords {
        "running", "stepping", "pausing", "paused"};
    constexpr std::array<std::string_view, 11> kCauseWords {"breakpoint",
                                                            "step",
                                                            "pause",
                                                            "entry",
                                                            "test_mode",
                                                            "run_to",
                                                            "go_to",
                                                            "change",
                                                            "hit",
                                                            "start",
                                                            "end"};
    constexpr std::array<std::string_view, 4> kModeWords {"over", "into", "out", "turn"};

} // namespace

std::string_view toWord(DebugState state)
{
    return kStateWords[static_cast<std::size_t>(state)];
}

std::string_view toWord(DebugStop::Cause cause)
{
    return kCauseWords[static_cast<std::size_t>(cause)];
}

std::string_view toWord(StepMode mode)
{
    return kModeWords[static_cast<std::size_t>(mode)];
}

} // namespace engine
