#pragma once

#include "tracestore/model/message.h"

#include <memory>
#include <vector>

namespace tracestore {

/// An immutable list of messages that shares its beginning with the lists it was made from: a
/// conversation of n turns costs n messages in memory and on disk, not n squared. Copying is cheap;
/// any thread may read.
class MessageChain
{
public:
    struct Node
    {
        std::shared_ptr<const Node> before; ///< null: this is the first
        Message message;
        std::size_t length = 1;

        Node(std::shared_ptr<const Node> previous, Message last);
        Node(const Node&) = delete;
        Node& operator=(const Node&) = delete;
        ~Node(); ///< without recursion: chains are long
    };

    MessageChain() = default;

    explicit MessageChain(const std::vector<Message>& messages);

    [[nodiscard]] MessageChain with(Message message) const;

    [[nodiscard]] bool isEmpty() const { return m_last == nullptr; }

    [[nodiscard]] std::size_t size() const { return m_last == nullptr ? 0 : m_last->length; }

    /// The last message; the chain is not empty.
    [[nodiscard]] const Message& last() const { return m_last->message; }

    /// The list without its last message.
    [[nodiscard]] MessageChain withoutLast() const;

    /// Pointers to the messages in order; valid as long as this chain.
    [[nodiscard]] std::vector<const Message*> pointers() const;

    [[nodiscard]] std::vector<Message> messages() const;

    /// The last node, which names the list: equal nodes are equal lists (not the other way round).
    [[nodiscard]] const std::shared_ptr<const Node>& node() const { return m_last; }

private:
    std::shared_ptr<const Node> m_last;
};

} // namespace tracestore
