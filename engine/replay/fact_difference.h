#pragma once

#include "tracestore/recording/run_event.h"

#include <optional>
#include <string>
#include <unordered_map>

namespace engine {

/// What is different between a recorded fact and one that happens now.
struct FactDifference
{
    std::string field; ///< `the arguments`, `message 3`
    std::string recorded; ///< what differs, with a few words around it
    std::string now;

    /// The end of a sentence.
    [[nodiscard]] std::string text() const;
};

/// Compares the facts of a run that is done again with those that are recorded: all that the agents
/// decide and are told, but not how long is waited, which has chance in it, nor the reasons of
/// policies, which tell times. States are compared by their hashes. The conversations that go into
/// model calls are compared message by message, each once while they grow. One thread.
class FactComparer
{
public:
    /// What is different; nothing where they are equal.
    std::optional<FactDifference> difference(const tracestore::RunFact& recorded,
                                             const tracestore::RunFact& now);

private:
    using Node = tracestore::MessageChain::Node;

    std::optional<FactDifference> differenceOf(const tracestore::EffectWanted& recorded,
                                               const tracestore::EffectWanted& now);
    std::optional<FactDifference> differenceOf(const tracestore::MessageChain& recorded,
                                               const tracestore::MessageChain& now);

    /// Lists that are equal, by the last node of the recorded one; both are kept alive.
    std::unordered_map<const Node*, std::pair<tracestore::MessageChain, tracestore::MessageChain>>
        m_equal;
};

} // namespace engine
