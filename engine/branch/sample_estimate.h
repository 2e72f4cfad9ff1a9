#pragma once

#include "engine/branch/sample_source.h"
#include "tracestore/analysis/price_table.h"

namespace engine {

/// What samples will take, before anything is sent.
struct SampleEstimate
{
    std::int64_t inputTokens = 0; ///< of one sample
    bool isReported = false; ///< the input was counted by the provider that got the same before
    std::optional<std::int64_t> outputTokens; ///< of one, as the recorded answer; nothing: unknown
    std::optional<double> cost; ///< USD, of all; nothing: not known
    std::string costNote; ///< what there is to say of the cost; may be empty
};

/// `isSame`: it is what was sent then, to the same model. `isScripted`: no model is asked.
SampleEstimate estimateSamples(const SampleSource& source,
                               std::size_t count,
                               bool isSame,
                               bool isScripted,
                               const tracestore::PriceTable* prices,
                               tracestore::Timestamp now);

} // namespace engine
