#pragma once

#include "tracestore/compare/step_partners.h"

namespace tracestore {

/// The rows of the common tree in reading order, with depth, reason and confidence; what differs
/// in them is left open. A row is as far in as the step of A, or that of B where it is in B only;
/// of rows that are on one side only, those of A come first. What readingOrder() promises holds.
[[nodiscard]] std::vector<StepPair>
commonTree(const ComparedSide& sideA, const ComparedSide& sideB, const StepPartners& partners);

} // namespace tracestore
