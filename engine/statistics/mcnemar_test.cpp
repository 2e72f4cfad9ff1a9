#include "engine/statistics/mcnemar_test.h"

#include "engine/statistics/distributions.h"

#include <algorithm>
#include <cmath>

namespace engine {

McNemar mcNemarTest(std::size_t onlyA, std::size_t onlyB)
{
    const std::size_t changed = onlyA + onlyB;
    McNemar result;
    if (changed == 0)
        return result;
    const std::size_t fewer = std::min(onlyA, onlyB);
    const double equal = fairCoinExactly(fewer, changed);
    result.p = std::min(1.0, 2 * fairCoinAtMost(fewer, changed));
    result.midP = onlyA == onlyB ? 1 - equal / 2 : result.p - equal;
    result.smallestMidP = std::pow(2.0, -static_cast<double>(changed));
    return result;
}

} // namespace engine
