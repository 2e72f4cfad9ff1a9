#pragma once

#include "engine/effect/effect.h"
#include "engine/policy/rate_state.h"

#include <list>
#include <map>
#include <unordered_map>

namespace engine {

/// Whose probe goes through a half-open breaker: the policy of an agent, and its call.
struct BreakerProbe
{
    const void* owner = nullptr;
    std::string call;
    tracestore::Timestamp since;
};

/// What a breaker knows of one model or tool.
struct BreakerState
{
    std::uint32_t failures = 0; ///< in a row
    std::optional<tracestore::Timestamp> openSince; ///< open or half-open where it is there
    std::optional<BreakerProbe> probe; ///< half-open: a try is under way
};

/// Answers that are kept, the longest unused one going first.
class AnswerStore
{
public:
    struct Entry
    {
        std::string key;
        Outcome outcome;
        tracestore::Timestamp stored;
    };

    explicit AnswerStore(std::size_t most = 2000)
        : m_most(most)
    { }

    /// Null where there is none; valid until the next call.
    const Entry* find(const std::string& key);

    void store(std::string key, Outcome outcome, tracestore::Timestamp now);

    [[nodiscard]] std::size_t size() const { return m_entries.size(); }

private:
    std::size_t m_most;
    std::list<Entry> m_entries; ///< the last used first
    std::unordered_map<std::string, std::list<Entry>::iterator> m_places;
};

/// What the runs of an engine share: a service that is down is down for all of them, and its limits
/// hold for the sum of what they ask. By the names of ServiceNames. Owned by who starts runs, and
/// outlives their policies. One thread, the engine's.
///
/// Two configurations may have different settings for the same service. What was seen of it is one
/// and the same: calls under way, calls made, failures. Each configuration applies its own limits
/// to that, so the stricter one waits longer; in the line for a place nobody is overtaken all the
/// same. Configurations without a limit neither wait nor count.
struct SharedPolicyState
{
    std::map<std::string, BreakerState> breakers; ///< by target
    std::map<std::string, RateState> rates; ///< by provider
    AnswerStore answers;
    std::uint64_t runs = 0; ///< how many there were: a number for each
};

} // namespace engine
