#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace engine {

/// The first place where a run that is done again is not the one that is recorded.
struct ReplayDivergence
{
    enum class Kind : std::uint8_t
    {
        Different, ///< a step is there in both, and not the same
        Missing, ///< it is recorded, and does not come now
        Extra ///< it comes now, and is not recorded
    };

    Kind kind = Kind::Different;
    std::int64_t event = 0; ///< of the recording: which is different or missing, or is next
    std::string agent; ///< path
    std::string effect; ///< the step; empty: it is about the agent
    std::string what; ///< `tool refund_order`, `model gpt-4o`, `state_changed`
    std::string field; ///< `its name`, `the arguments`, `message 3`; of Different
    std::string recorded; ///< the text around what is different; of Different
    std::string now;
    std::string message; ///< all of it as a sentence or two

    bool operator==(const ReplayDivergence&) const = default;
};

std::string_view toWord(ReplayDivergence::Kind kind);

nlohmann::json toJson(const ReplayDivergence& divergence);

/// What is different in two texts, word by word: the words that differ with some in front of and
/// behind them.
struct WordDifference
{
    std::string recorded;
    std::string now;
    std::size_t offset = 0; ///< of the first byte that differs
};

WordDifference wordDifference(const std::string& recorded, const std::string& now);

} // namespace engine
