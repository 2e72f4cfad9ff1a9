#include "engine/agent/planning/early_stop.h"

#include "engine/agent/planning/confidence.h"
#include "engine/effect/decision.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {
EarlyStop::EarlyStop(const EarlyStopConfig& config)
    : m_config(config)
{
    for (const std::string& expression : config.answerPatterns) {
        // A pattern that cannot be read was told by the reader of the configuration.
        if (auto pattern = tracestore::TextPattern::regex(expression, "s"))
            m_patterns.push_back(std::move(*pattern));
    }
}

std::optional<tracestore::DecisionMade> EarlyStop::judge(const std::string& text) const
{
    if (text.empty())
        return {};
    const auto hit = std::find_if(m_patterns.begin(), m_patterns.end(), [&](const auto& pattern) {
        return pattern.matches(text);
    });
    if (hit != m_patterns.end()) {
        const auto index = static_cast<std::size_t>(hit - m_patterns.begin());
        return policyDecision("early_stop",
                              "answer",
                              "The model has given the answer that was waited for.",
                              {{"pattern", m_config.answerPatterns[index]}});
    }
    if (!m_config.onLowConfidence)
        return {};
    const Confidence confidence = soundingConfidence(text);
    if (!confidence.value)
        return policyDecision("early_stop",
                              kNotJudged,
                              "How sure the model sounds is not judged: the text is in a language "
                              "that is not known here, or too short to tell.",
                              {{"language", toName(confidence.language)}});
    if (*confidence.value >= kConfident)
        return {};
    return policyDecision("early_stop",
                          kDoubt,
                          "The model does not sound sure of what it says.",
                          {{"confidence", *confidence.value},
                           {"threshold", kConfident},
                           {"language", toName(confidence.language)}});
}

} // namespace engine
