#include "engine/provider/conversation_facts.h"

#include <algorithm>

namespace engine {

using tracestore::Message;
using tracestore::MessageChain;
using tracestore::Role;

namespace {

    using Node = MessageChain::Node;

    constexpr std::size_t kMostKnown = 16;

    void addMessage(ConversationFacts& facts, const Message& message)
    {
        ++facts.length;
        if (message.role == Role::Assistant)
            ++facts.answers;
        if (message.role == Role::System && facts.system == nullptr)
            facts.system = &message;
        if (message.role == Role::User && facts.input == nullptr)
            facts.input = &message;
        facts.bytes += contentBytes(message);
    }

} // namespace

ConversationFacts ConversationFactsCache::of(const MessageChain& chain)
{
    // Back to a message where a known conversation ends, and forward again from there.
    std::vector<const Message*> added;
    ConversationFacts facts;
    for (const Node* node = chain.node().get(); node != nullptr; node = node->before.get()) {
        const auto known = std::ranges::find_if(m_known, [&](const Known& one) {
            return one.facts.length == node->length && one.chain.node().get() == node;
        });
        if (known != m_known.end()) {
            facts = known->facts;
            m_known.erase(known);
            break;
        }
        added.push_back(&node->message);
    }
    for (auto message = added.rbegin(); message != added.rend(); ++message)
        addMessage(facts, **message);
    if (m_known.size() >= kMostKnown)
        m_known.erase(m_known.begin());
    m_known.push_back({chain, facts});
    return facts;
}

std::string scriptTextOf(const Message& message)
{
    std::string text;
    const auto add = [&](const std::string& more) {
        if (!more.empty())
            text += (text.empty() ? "" : "\n") + more;
    };
    for (const auto& part : message.parts) {
        if (const auto* said = std::get_if<tracestore::TextPart>(&part))
            add(said->text);
        else if (const auto* result = std::get_if<tracestore::ToolResultPart>(&part))
            add(result->content);
    }
    return text;
}

} // namespace engine
