#pragma once

#include "tracestore/recording/run_event.h"

#include <optional>
#include <string>
#include <unordered_map>

namespace engine {

/// Compares the facts of a run that is done again with those that are recorded: all that the agents
/// decide and are told, but not how long is waited, which has chance in it, nor the reasons of
/// policies, which tell times. States are compared by their hashes. The conversations that go into
/// model calls are compared message by message, each once while they grow. One thread.
class FactComparer
{
public:
    /// What is different, as the end of a sentence; nothing where they are equal.
    std::optional<std::string> difference(const tracestore::RunFact& recorded,
                                          const tracestore::RunFact& now);

private:
    using Node = tracestore::MessageChain::Node;

    std::optional<std::string> differenceOf(const tracestore::EffectWanted& recorded,
                                            const tracestore::EffectWanted& now);
    std::optional<std::string> differenceOf(const tracestore::MessageChain& recorded,
                                            const tracestore::MessageChain& now);

    /// Lists that are equal, by the last node of the recorded one; both are kept alive.
    std::unordered_map<const Node*, std::pair<tracestore::MessageChain, tracestore::MessageChain>>
        m_equal;
};

} // namespace engine
