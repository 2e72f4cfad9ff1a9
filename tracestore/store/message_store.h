#pragma once

#include "tracestore/model/message.h"
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

    Result<MessageListId> put(const std::vector<Message>& messages);

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

    Result<std::int64_t> putNode(const Node& node, std::int64_t length);

    Statement m_insert;
    PayloadWriter* m_payloads;
    std::unordered_map<Node, std::int64_t, HashNode> m_known;
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

private:
    MessageReader(Statement select, PayloadReader& payloads)
        : m_select(std::move(select))
        , m_payloads(&payloads)
    { }

    Result<std::vector<PayloadId>> payloadsOf(std::int64_t last);

    Statement m_select;
    PayloadReader* m_payloads;
};

} // namespace tracestore
