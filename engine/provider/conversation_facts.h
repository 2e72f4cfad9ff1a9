#pragma once

#include "tracestore/model/message_chain.h"

#include <string>
#include <vector>

namespace engine {

/// What a script wants to know of a whole conversation.
struct ConversationFacts
{
    std::size_t length = 0; ///< messages
    std::size_t answers = 0; ///< of the model
    std::size_t bytes = 0; ///< of texts, arguments and results
    const tracestore::Message* system = nullptr; ///< the first; valid as long as the conversation
    const tracestore::Message* input = nullptr; ///< the first of the user
};

/// Gives the facts of conversations that grow at the cost of what is new: a run of n turns would
/// cost n squared otherwise. One thread.
class ConversationFactsCache
{
public:
    ConversationFacts of(const tracestore::MessageChain& chain);

private:
    struct Known
    {
        tracestore::MessageChain chain;
        ConversationFacts facts;
    };

    std::vector<Known> m_known; ///< the one that was asked for last stands last
};

/// The texts of a message, results of tools among them.
std::string scriptTextOf(const tracestore::Message& message);

} // namespace engine
