#pragma once

#include "engine/effect/effect.h"
#include "engine/statistics/share.h"

#include <cstddef>
#include <vector>

namespace engine {

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
