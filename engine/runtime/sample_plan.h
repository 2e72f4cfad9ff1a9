#pragma once

#include "engine/branch/sample_branch.h"
#include "engine/branch/sample_estimate.h"
#include "engine/config/agent_config.h"
#include "engine/runtime/sampling.h"
#include "tracestore/analysis/price_table.h"

namespace engine {

/// All that is needed to take samples of a step, but for keys.
struct SamplePlan
{
    SampleSource source; ///< with the call as it is sent
    AgentConfig config; ///< with the one provider, and without tools and servers
    std::vector<tracestore::EditMade> edits;
    std::string change; ///< the same for people
    std::vector<ChatRequest> before; ///< for a provider that counts
    SampleEstimate estimate;
    std::vector<std::string> notes;
    bool isScripted = false;
    bool makesBranches = false; ///< each sample becomes a branch beside its recording
    std::filesystem::path folder; ///< for the others
};

/// Reads the step and the configuration, and chooses what is asked. Fails with a sentence for the
/// user. Reads files: not on the engine's thread.
tracestore::Result<SamplePlan> planSamples(const SampleRequest& request,
                                           const tracestore::PriceTable* prices,
                                           tracestore::Timestamp now);

} // namespace engine
