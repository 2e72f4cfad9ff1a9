#pragma once

#include <span>

namespace engine {

/// Of nothing: 0.
double meanOf(std::span<const double> values);

/// The standard deviation, with n - 1; 0 for fewer than two values.
double spreadOf(std::span<const double> values);

} // namespace engine
