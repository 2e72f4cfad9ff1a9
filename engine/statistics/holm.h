#pragma once

#include <span>
#include <vector>

namespace engine {

/// The p values as they have to be read because several were looked at: Holm (1979), "A simple
/// sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6. One of
/// them below 0.05 without any true difference happens in at most 5 % of experiments, whatever the
/// metrics have to do with each other. Taken before Benjamini and Hochberg (1995), which would let
/// false reports in as a share of the true ones: here a reader acts on a single row.
std::vector<double> holmAdjusted(std::span<const double> ps);

} // namespace engine
