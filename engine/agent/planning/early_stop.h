#pragma once

#include "engine/config/agent_config.h"
#include "tracestore/query/text_pattern.h"
#include "tracestore/recording/run_event.h"

namespace engine {

/// Ends a run before the model does: an answer that matches a pattern, or one that sounds unsure.
class EarlyStop
{
public:
    /// The action of a decision on a text that sounds unsure.
    static constexpr const char* kDoubt = "low_confidence";
    /// The action where nothing is decided: the language of the text is not known.
    static constexpr const char* kNotJudged = "not_judged";
    /// So many unsure texts in a row end the work also where the model still makes calls.
    static constexpr std::uint32_t kMaxDoubts = 2;

    explicit EarlyStop(const EarlyStopConfig& config);

    /// The decision to stop on what a model said, with what spoke for it, or not to judge it
    /// (kNotJudged); nothing where there is neither.
    [[nodiscard]] std::optional<tracestore::DecisionMade> judge(const std::string& text) const;

private:
    EarlyStopConfig m_config;
    std::vector<tracestore::TextPattern> m_patterns;
};

} // namespace engine
