#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace engine {

/// A share with the interval in which the true one lies with the confidence asked for.
struct Share
{
    std::size_t count = 0;
    std::size_t of = 0;
    double share = 0; ///< 0 to 1
    double low = 0;
    double high = 0;
};

/// The score interval of Wilson (1927), "Probable inference, the law of succession, and statistical
/// inference", JASA 22, without continuity correction; good also for few samples and for shares of
/// 0 and 1. `z`: the normal quantile, 1.96 for 95 %. Of nothing: 0 to 1.
Share wilsonShare(std::size_t count, std::size_t of, double z = 1.959963984540054);

/// The share of runs that passed, where tasks were tried several times: `tasks` holds the share of
/// each task. Repeats of a task resemble each other, so Wilson's interval is taken with as many
/// runs as they are worth (Kish 1965, "Survey Sampling", 8.2; with Wilson's interval in Franco,
/// Little, Louis and Slud 2019, "Comparative study of confidence intervals for proportions in
/// complex sample surveys", J. Survey Statistics and Methodology 7): between one for each task and
/// one for each of `runs`. With one repeat it is wilsonShare().
Share shareOverTasks(std::span<const double> tasks, std::size_t runs, double z = 1.959963984540054);

} // namespace engine
