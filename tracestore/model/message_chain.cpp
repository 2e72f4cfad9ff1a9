#include "tracestore/model/message_chain.h"

#include <algorithm>

namespace tracestore {

MessageChain::Node::Node(std::shared_ptr<const Node> previous, Message last)
    : before(std::move(previous))
    , message(std::move(last))
    , length(before == nullptr ? 1 : before->length + 1)
{ }

MessageChain::Node::~Node()
{
    // The last owner of a long chain would otherwise take it apart one stack frame a message.
    auto next = std::move(before);
    while (next != nullptr && next.use_count() == 1)
        next = std::exchange(const_cast<Node&>(*next).before, nullptr);
}

MessageChain::MessageChain(const std::vector<Message>& messages)
{
    for (const Message& message : messages)
        m_last = std::make_shared<const Node>(m_last, message);
}

MessageChain MessageChain::with(Message message) const
{
    MessageChain longer;
    longer.m_last = std::make_shared<const Node>(m_last, std::move(message));
    return longer;
}

MessageChain MessageChain::withoutLast() const
{
    MessageChain shorter;
    if (m_last != nullptr)
        shorter.m_last = m_last->before;
    return shorter;
}

std::vector<const Message*> MessageChain::pointers() const
{
    std::vector<const Message*> pointers;
    pointers.reserve(size());
    for (const Node* node = m_last.get(); node != nullptr; node = node->before.get())
        pointers.push_back(&node->message);
    std::ranges::reverse(pointers);
    return pointers;
}

std::vector<Message> MessageChain::messages() const
{
    std::vector<Message> messages;
    messages.reserve(size());
    for (const Message* message : pointers())
        messages.push_back(*message);
    return messages;
}

} // namespace tracestore
