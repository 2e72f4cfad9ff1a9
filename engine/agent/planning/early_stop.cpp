#include "engine/agent/planning/early_stop.h"

#include "engine/agent/planning/phrases.h"
#include "engine/effect/decision.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace engine {
namespace {

    constexpr std::array<std::string_view, 30> kAdmissions {"i don't know",
                                                            "i do not know",
                                                            "i'm not sure",
                                                            "i am not sure",
                                                            "not certain",
                                                            "i'm uncertain",
                                                            "cannot determine",
                                                            "can't determine",
                                                            "unable to",
                                                            "no idea",
                                                            "couldn't find",
                                                            "could not find",
                                                            "i'm guessing",
                                                            "just a guess",
                                                            "not enough information",
                                                            "insufficient information",
                                                            "unclear",
                                                            "can't tell",
                                                            "cannot tell",
                                                            "hard to say",
                                                            "i cannot confirm",
                                                            "i can't confirm",
                                                            "cannot verify",
                                                            "can't verify",
                                                            "couldn't verify",
                                                            "not confident",
                                                            "difficult to say",
                                                            "my best guess",
                                                            "cannot answer",
                                                            "can't answer"};
    constexpr std::array<std::string_view, 20> kHedges {
        "maybe",         "perhaps",          "might",          "possibly", "probably",
        "i think",       "i believe",        "seems",          "appears",  "likely",
        "it's possible", "could be",         "i assume",       "may be",   "i guess",
        "presumably",    "as far as i know", "it is possible", "roughly",  "supposedly"};
    constexpr double kAdmissionWeight = 0.6;
    constexpr double kHedgeWeight = 0.25;

} // namespace

double soundingConfidence(std::string_view text)
{
    const PhraseText phrases(text);
    const double doubt
        = kAdmissionWeight * phrases.count(kAdmissions) + kHedgeWeight * phrases.count(kHedges);
    const auto sentences = static_cast<double>(std::max<std::size_t>(1, phrases.sentenceCount()));
    return std::clamp(1.0 - doubt / std::sqrt(sentences), 0.0, 1.0);
}

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
    const double confidence = soundingConfidence(text);
    if (confidence >= kConfident)
        return {};
    return policyDecision("early_stop",
                          kDoubt,
                          "The model does not sound sure of what it says.",
                          {{"confidence", confidence}, {"threshold", kConfident}});
}

} // namespace engine
