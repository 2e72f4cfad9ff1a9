#pragma once

#include <cstdint>
#include <vector>

namespace tracestore {

inline constexpr std::uint32_t kNoPlace = ~std::uint32_t {0};

/// The steps of a side by place in their own order, a step before those below it.
struct OrderedSide
{
    std::vector<std::uint32_t> parents; ///< kNoPlace: at the top
    std::vector<std::uint32_t> partners; ///< places on the other side; kNoPlace: none
};

/// A row that both sides share, or that one has.
struct OrderedRow
{
    std::uint32_t a = kNoPlace;
    std::uint32_t b = kNoPlace;
    std::uint32_t depth = 0;
    bool isMoved = false; ///< of both: it stands at the place of A

    bool operator==(const OrderedRow&) const = default;
};

/// Lays two trees down in one list in which both can be read: on each side a step stands above what
/// is below it; A is in its order; so is B, but for rows that are moved. Below a moved row both are
/// in order again. Partners that no row can hold so (they cross a parent of one of them) stand
/// apart, each at its place. `weights` (by place in A, above 0) tell which partners shall rather
/// stand in one row where not all can. n log n.
[[nodiscard]] std::vector<OrderedRow>
readingOrder(OrderedSide sideA, OrderedSide sideB, const std::vector<float>& weights);

} // namespace tracestore
