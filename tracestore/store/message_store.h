#pragma once

#include "tracestore/model/message_chain.h"
#include "tracestore/store/payload_store.h"

namespace tracestore {

/// A list of messages in a .kymo file, named by its last node; nothing is the empty list.
using MessageListId = std::optional<std::int64_t>;

/// Keeps lists of messages as chains: a node is a message and the node of those before it. A call
/// that sends the history of the call before and two messages more costs two nodes.
class MessageWriter
{
public:
    /// `payloads` outlives this.
    static Result<MessageWriter> begin(Database& database, PayloadWriter& payloads);

    /// Goes on behind the lists that are there, which are known again.
    static Result<MessageWriter> resume(Database& database, PayloadWriter& payloads);

    /// Goes on behind them without a look at them.
    static Result<MessageWriter> append(Database& database, PayloadWriter& payloads);

    Result<MessageListId> put(const std::vector<Message>& messages);

    /// Likewise; what a chain shares with those that were put before costs nothing.
    Result<MessageListId> put(const MessageChain& messages);

    [[nodiscard]] std::int64_t count() const { return m_next - 1; }

private:
    struct Node
    {
        std::int64_t parent = 0; ///< 0: none
        PayloadId message = 0;

        bool operator==(const Node&) const = default;
    };

    struct HashNode
    {
        std::size_t operator()(const Node& node) const noexcept;
    };

    MessageWriter(Statement insert, PayloadWriter& payloads)
        : m_insert(std::move(insert))
        , m_payloads(&payloads)
    { }

    /// Where a node of a chain stands; found by its address as long as it lives.
    struct KnownChain
    {
        std::weak_ptr<const MessageChain::Node> node;
        std::int64_t row = 0;
    };

    Result<std::int64_t> putNode(const Node& node, std::int64_t length);
    [[nodiscard]] std::int64_t rowOf(const std::shared_ptr<const MessageChain::Node>& node) const;
    void remember(const std::shared_ptr<const MessageChain::Node>& node, std::int64_t row);

    Statement m_insert;
    PayloadWriter* m_payloads;
    std::unordered_map<Node, std::int64_t, HashNode> m_known;
    std::unordered_map<const MessageChain::Node*, KnownChain> m_chains;
    std::size_t m_chainsWhenSwept = 0;
    std::int64_t m_next = 1;
};

/// Fetches lists of messages. One thread at a time.
class MessageReader
{
public:
    /// `payloads` outlives this.
    static Result<MessageReader> begin(Database& database, PayloadReader& payloads);

    /// Corrupt: a node or a message is damaged; the message names it.
    Result<std::vector<Message>> fetch(MessageListId last);

    /// Likewise as a chain, which shares its beginning with those that were fetched before: to
    /// fetch all lists of a conversation costs each message once. They are kept.
    Result<MessageChain> fetchChain(MessageListId last);

private:
    MessageReader(Statement select, PayloadReader& payloads)
        : m_select(std::move(select))
        , m_payloads(&payloads)
    { }

    struct Row
    {
        std::optional<std::int64_t> parent;
        PayloadId message = 0;
    };

    Result<Row> row(std::int64_t node);
    Result<std::vector<PayloadId>> payloadsOf(std::int64_t last);

    Statement m_select;
    PayloadReader* m_payloads;
    std::unordered_map<std::int64_t, MessageChain> m_chains; ///< by their last node
};

} // namespace tracestore
