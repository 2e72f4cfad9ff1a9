#pragma once

#include "tracestore/compare/step_partners.h"

namespace tracestore {

/// The rows of the common tree in reading order, with depth, reason and confidence; what differs
/// in them is left open. A row stands below that of its parent in A, or in B where it is in B only;
/// of rows that are on one side only, those of A come first.
[[nodiscard]] std::vector<StepPair>
commonTree(const ComparedSide& sideA, const ComparedSide& sideB, const StepPartners& partners);

} // namespace tracestore
