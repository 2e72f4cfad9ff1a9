#include "engine/breakpoint/fault_rule.h"

#include <algorithm>
#include <array>

namespace engine {
namespace {

    constexpr std::array<std::string_view, 6> kFaultWords {
        "timeout", "error", "malformed", "slow", "empty", "rate_limit"};

} // namespace

std::string_view toWord(FaultKind kind)
{
    return kFaultWords[static_cast<std::size_t>(kind)];
}

std::optional<FaultKind> faultKindOf(std::string_view word)
{
    const auto found = std::ranges::find(kFaultWords, word);
    if (found == kFaultWords.end())
        return {};
    return static_cast<FaultKind>(found - kFaultWords.begin());
}

} // namespace engine
