#include "engine/statistics/holm.h"

#include <algorithm>
#include <numeric>

namespace engine {

std::vector<double> holmAdjusted(std::span<const double> ps)
{
    std::vector<std::size_t> order(ps.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
        return ps[one] < ps[other];
    });
    std::vector<double> adjusted(ps.size(), 1);
    double largest = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto left = static_cast<double>(order.size() - i);
        largest = std::max(largest, std::min(1.0, left * ps[order[i]]));
        adjusted[order[i]] = largest;
    }
    return adjusted;
}

} // namespace engine
