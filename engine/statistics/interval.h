#pragma once

#include <cstdint>
#include <string_view>

namespace engine {

enum class IntervalMethod : std::uint8_t
{
    Wilson,
    WilsonOverTasks,
    SymmetricBootstrap,
    Student,
    NewcombePaired,
};

std::string_view toWord(IntervalMethod method); ///< `symmetric_bootstrap`

/// Where the true value lies with 95 % confidence, unless said otherwise.
struct Interval
{
    double low = 0;
    double high = 0;
    IntervalMethod method = IntervalMethod::SymmetricBootstrap;
};

} // namespace engine
