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

/// The messages of a chain, first one first. Ids fall on the way up, so no chain is a circle.
Result<std::vector<PayloadId>> MessageReader::payloadsOf(std::int64_t last)
{
    std::vector<PayloadId> ids;
    for (std::optional<std::int64_t> node = last; node;) {
        m_select.reset();
        m_select.bind(0, *node);
        const auto found = m_select.step();
        if (!found && found.error().code != ErrorCode::Corrupt)
            return fail(found.error());
        RowReader reader(m_select, kTable);
        const bool isThere = found && *found && reader.integer() == *node;
        const auto parent = isThere ? reader.optionalInteger() : std::nullopt;
        const std::int64_t length = isThere ? reader.integer() : 0;
        ids.push_back(isThere ? reader.integer() : 0);
        if (!isThere || !reader.isIntact() || (parent && *parent >= *node)
            || (length == 1) == parent.has_value())
            return fail(ErrorCode::Corrupt,
                        "Node " + std::to_string(*node)
                            + " of a list of messages is missing or damaged. The .kymo file is "
                              "damaged there.");
        node = parent;
    }
    m_select.reset();
    std::ranges::reverse(ids);
    return ids;
}

} // namespace tracestore
