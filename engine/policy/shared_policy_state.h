#pragma once

#include "engine/effect/effect.h"

#include <deque>
#include <list>
#include <map>
#include <set>
#include <unordered_map>

namespace engine {

/// What a breaker knows of one model or tool.
struct BreakerState
{
    std::uint32_t failures = 0; ///< in a row
    std::optional<tracestore::Timestamp> openSince; ///< open or half-open where it is there
    std::optional<tracestore::Timestamp> probeSince; ///< half-open: a try is under way
};

/// How fast one provider is being asked.
struct RateState
{
    double tokens = 0;
    std::optional<tracestore::Timestamp> filled; ///< nothing: the bucket is full
    std::set<std::string> running; ///< calls under way

    struct Waiting
    {
        std::string call;
        tracestore::Timestamp asked;
    };

    std::deque<Waiting> waiting; ///< for a free place, in the order in which they came
};

/// Answers that are kept, the longest unused one going first.
class AnswerStore
{
public:
    struct Entry
    {
        std::string fingerprint;
        Outcome outcome;
        tracestore::Timestamp stored;
    };

    explicit AnswerStore(std::size_t most = 2000)
        : m_most(most)
    { }

    /// Null where there is none; valid until the next call.
    const Entry* find(const std::string& fingerprint);

    void store(std::string fingerprint, Outcome outcome, tracestore::Timestamp now);

    [[nodiscard]] std::size_t size() const { return m_entries.size(); }

private:
    std::size_t m_most;
    std::list<Entry> m_entries; ///< the last used first
    std::unordered_map<std::string, std::list<Entry>::iterator> m_places;
};

/// What runs share: a service that is down is down for all of them. Owned by who starts runs, and
/// outlives their policies. One thread, the engine's.
struct SharedPolicyState
{
    std::map<std::string, BreakerState> breakers; ///< by target
    std::map<std::string, RateState> rates; ///< by provider
    AnswerStore answers;
};

} // namespace engine
