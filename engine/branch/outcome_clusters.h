#pragma once

#include "engine/effect/effect.h"

#include <cstddef>
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

/// Outcomes of one step that are the same for an agent.
struct OutcomeCluster
{
    std::string label; ///< `refund_order {"amount":89}`, the beginning of a text, or an error
    bool isTool = false; ///< the model called tools
    bool isError = false;
    std::vector<std::size_t> members; ///< places in the list of outcomes; the first stands for all
    Share share;
};

/// Puts outcomes of a model into clusters: those that call equal tools with equal arguments (as
/// JSON, whatever the order of members), those that say about the same (wordingSimilarity() at
/// least `similarity`, compared with the first of a cluster), those that failed alike. The greatest
/// first. Costs outcomes times clusters.
std::vector<OutcomeCluster> clusterOutcomes(const std::vector<Outcome>& outcomes,
                                            double similarity = 0.8);

} // namespace engine
