#pragma once

#include "gui/sequence/sequence.h"

namespace gui {

/// Finds what repeats: at least three rounds of at most kLongestRound items with the same
/// signatures. The repetition that covers most wins, of equal ones the shorter round. Linear in the
/// items (times kLongestRound).
std::vector<SequenceLoop> findLoops(const std::vector<SequenceItem>& items);

inline constexpr std::uint32_t kLongestRound = 12;
inline constexpr std::uint32_t kFewestRounds = 3;

} // namespace gui
