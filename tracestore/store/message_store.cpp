#include "tracestore/store/message_store.h"

#include "tracestore/store/checked_row.h"

#include <algorithm>

namespace tracestore {
namespace {

    constexpr std::string_view kTable = "message_list";
    constexpr int kColumns = 5;

} // namespace

std::size_t MessageWriter::HashNode::operator()(const Node& node) const noexcept
{
    const auto parent = static_cast<std::uint64_t>(node.parent);
    return (parent * 0x9E37'79B9'7F4A'7C15) ^ static_cast<std::uint64_t>(node.message);
}

Result<MessageWriter> MessageWriter::begin(Database& database, PayloadWriter& payloads)
{
    auto insert = database.prepareInsert(kTable, kColumns);
    if (!insert)
        return fail(std::move(insert).error());
    return MessageWriter(std::move(*insert), payloads);
}

Result<MessageWriter> MessageWriter::resume(Database& database, PayloadWriter& payloads)
{
    auto writer = begin(database, payloads);
    auto select = database.prepare("SELECT id, parent, message FROM message_list ORDER BY id");
    if (!writer || !select)
        return fail(writer ? select.error() : writer.error());
    for (;;) {
        const auto found = select->step();
        if (!found)
            return fail(found.error());
        if (!*found)
            return writer;
        const std::int64_t id = select->integer(0);
        writer->m_known.emplace(Node {select->integer(1), select->integer(2)}, id);
        writer->m_next = id + 1;
    }
}

Result<MessageWriter> MessageWriter::append(Database& database, PayloadWriter& payloads)
{
    auto writer = begin(database, payloads);
    const auto last = database.greatestId(kTable);
    if (!writer || !last)
        return fail(writer ? last.error() : writer.error());
    writer->m_next = *last + 1;
    return writer;
}

Result<MessageListId> MessageWriter::put(const std::vector<Message>& messages)
{
    std::int64_t last = 0;
    std::int64_t length = 0;
    for (const Message& message : messages) {
        const auto payload = m_payloads->put(toJson(message));
        if (!payload)
            return fail(payload.error());
        const auto node = putNode({last, *payload}, ++length);
        if (!node)
            return fail(node.error());
        last = *node;
    }
    return last == 0 ? MessageListId() : MessageListId(last);
}

Result<MessageListId> MessageWriter::put(const MessageChain& messages)
{
    std::vector<std::shared_ptr<const MessageChain::Node>> unknown;
    auto at = messages.node();
    std::int64_t last = rowOf(at);
    while (at != nullptr && last == 0) {
        unknown.push_back(at);
        at = at->before;
        last = rowOf(at);
    }
    std::ranges::reverse(unknown); // no std::views::reverse: clang 14 cannot compile libstdc++'s
    for (const auto& node : unknown) {
        const auto payload = m_payloads->put(toJson(node->message));
        if (!payload)
            return fail(payload.error());
        const auto row = putNode({last, *payload}, static_cast<std::int64_t>(node->length));
        if (!row)
            return fail(row.error());
        last = *row;
        remember(node, last);
    }
    return last == 0 ? MessageListId() : MessageListId(last);
}

/// The row of a node that was put before; 0 for another.
std::int64_t MessageWriter::rowOf(const std::shared_ptr<const MessageChain::Node>& node) const
{
    const auto known = m_chains.find(node.get());
    // The node at this address may have gone, and another have come.
    return known != m_chains.end() && known->second.node.lock() == node ? known->second.row : 0;
}

void MessageWriter::remember(const std::shared_ptr<const MessageChain::Node>& node,
                             std::int64_t row)
{
    m_chains.insert_or_assign(node.get(), KnownChain {node, row});
    constexpr std::size_t kFew = 1024;
    if (m_chains.size() < 2 * m_chainsWhenSwept + kFew)
        return;
    std::erase_if(m_chains, [](const auto& entry) { return entry.second.node.expired(); });
    m_chainsWhenSwept = m_chains.size();
}

Result<std::int64_t> MessageWriter::putNode(const Node& node, std::int64_t length)
{
    if (const auto known = m_known.find(node); known != m_known.end())
        return known->second;
    const auto sum = RowWriter(m_insert, kTable)
                         .integer(m_next)
                         .integer(node.parent == 0 ? std::nullopt : std::optional(node.parent))
                         .integer(length)
                         .integer(node.message)
                         .insert();
    if (!sum)
        return sum;
    m_known.emplace(node, m_next);
    return m_next++;
}

Result<MessageReader> MessageReader::begin(Database& database, PayloadReader& payloads)
{
    auto select = database.prepare("SELECT * FROM message_list WHERE id = ?");
    if (!select)
        return fail(std::move(select).error());
    return MessageReader(std::move(*select), payloads);
}

Result<std::vector<Message>> MessageReader::fetch(MessageListId last)
{
    std::vector<Message> messages;
    if (!last)
        return messages;
    const auto ids = payloadsOf(*last);
    if (!ids)
        return fail(ids.error());
    std::uint64_t bytes = 0;
    for (const PayloadId id : *ids) {
        const auto json = m_payloads->fetch(id);
        if (!json)
            return fail(json.error());
        bytes += json->size();
        if (bytes > kMaxContent)
            return fail(ErrorCode::Limit, "The messages are longer than 1 GiB.");
        auto message = messageFromJson(*json);
        if (!message)
            return fail(std::move(message).error().in("payload " + std::to_string(id)));
        messages.push_back(std::move(*message));
    }
    return messages;
}

Result<MessageChain> MessageReader::fetchChain(MessageListId last)
{
    std::vector<std::pair<std::int64_t, PayloadId>> unknown;
    MessageChain chain;
    for (std::optional<std::int64_t> node = last; node;) {
        if (const auto known = m_chains.find(*node); known != m_chains.end()) {
            chain = known->second;
            break;
        }
        const auto row = this->row(*node);
        if (!row)
            return fail(row.error());
        unknown.emplace_back(*node, row->message);
        node = row->parent;
    }
    std::ranges::reverse(unknown);
    for (const auto& [node, payload] : unknown) {
        const auto json = m_payloads->fetch(payload);
        if (!json)
            return fail(json.error());
        auto message = messageFromJson(*json);
        if (!message)
            return fail(std::move(message).error().in("payload " + std::to_string(payload)));
        chain = chain.with(std::move(*message));
        m_chains.emplace(node, chain);
    }
    return chain;
}

Result<MessageReader::Row> MessageReader::row(std::int64_t node)
{
    m_select.reset();
    m_select.bind(0, node);
    const auto found = m_select.step();
    if (!found && found.error().code != ErrorCode::Corrupt)
        return fail(found.error());
    RowReader reader(m_select, kTable);
    const bool isThere = found && *found && reader.integer() == node;
    const auto parent = isThere ? reader.optionalInteger() : std::nullopt;
    const std::int64_t length = isThere ? reader.integer() : 0;
    const PayloadId message = isThere ? reader.integer() : 0;
    if (!isThere || !reader.isIntact() || (parent && *parent >= node)
        || (length == 1) == parent.has_value())
        return fail(ErrorCode::Corrupt,
                    "Node " + std::to_string(node)
                        + " of a list of messages is missing or damaged. The .kymo file is "
                          "damaged there.");
    m_select.reset();
    return Row {parent, message};
}

/// The messages of a chain, first one first. Ids fall on the way up, so no chain is a circle.
Result<std::vector<PayloadId>> MessageReader::payloadsOf(std::int64_t last)
{
    std::vector<PayloadId> ids;
    for (std::optional<std::int64_t> node = last; node;) {
        const auto row = this->row(*node);
        if (!row)
            return fail(row.error());
        ids.push_back(row->message);
        node = row->parent;
    }
    std::ranges::reverse(ids);
    return ids;
}

} // namespace tracestore
