#include "tracestore/import/http/anthropic_stream.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/reading/json_members.h"

namespace tracestore {
namespace {

    using nlohmann::json;

    std::int64_t indexOf(const json& piece)
    {
        const json* index = memberOf(piece, "index");
        return index != nullptr && index->is_number_integer() ? index->get<std::int64_t>() : 0;
    }

} // namespace

void AnthropicStream::take(const json& piece)
{
    const std::string type = plainTextOf(piece, {"type"});
    if (const json* message = memberOf(piece, "message"); type == "message_start" && message)
        start(*message);
    if (m_body.is_null() && type != "ping")
        m_body = {{"type", "message"}, {"role", "assistant"}, {"content", json::array()}};
    if (const json* block = memberOf(piece, "content_block");
        type == "content_block_start" && block)
        startBlock(indexOf(piece), *block);
    else if (const json* delta = memberOf(piece, "delta"); type == "content_block_delta" && delta)
        addDelta(indexOf(piece), *delta);
    else if (type == "content_block_stop" && m_blocks.contains(indexOf(piece)))
        settleInput(m_blocks[indexOf(piece)]);
    else if (type == "message_delta") {
        if (const json* change = memberOf(piece, "delta"))
            overlay(m_body, *change);
        if (const json* usage = memberOf(piece, "usage"))
            overlay(m_body["usage"], *usage);
    } else if (type == "error") {
        if (const json* error = memberOf(piece, "error"))
            m_body["error"] = *error;
        m_isEnded = true;
    }
    if (type == "message_stop") {
        for (auto& [index, block] : m_blocks)
            settleInput(block);
        m_isEnded = true;
    }
}

bool AnthropicStream::beginsAnother(const json& piece) const
{
    return m_isEnded && plainTextOf(piece, {"type"}) == "message_start";
}

void AnthropicStream::start(const json& message)
{
    if (m_body.is_null()) {
        m_body = message.is_object() ? message : json::object();
        if (!m_body["content"].is_array())
            m_body["content"] = json::array();
        m_hasContent = !m_body["content"].empty();
        return;
    }
    m_wasRestarted = true;
    for (auto& [index, block] : m_blocks)
        settleInput(block);
    m_blocks.clear(); // the indexes begin anew, the content does not
    if (const json* usage = memberOf(message, "usage"))
        overlay(m_body["usage"], *usage);
}

void AnthropicStream::startBlock(std::int64_t index, const json& block)
{
    json& content = m_body["content"];
    if (!content.is_array())
        content = json::array();
    m_blocks[index] = {.place = content.size(), .input = {}};
    content.push_back(block);
    m_hasContent = true;
}

void AnthropicStream::addDelta(std::int64_t index, const json& delta)
{
    if (!m_blocks.contains(index))
        startBlock(index, {{"type", "text"}}); // its start was lost
    Block& known = m_blocks[index];
    json& block = m_body["content"][known.place];
    if (!block.is_object())
        return;
    const std::string type = plainTextOf(delta, {"type"});
    if (type == "input_json_delta") {
        known.input += plainTextOf(delta, {"partial_json"});
        return;
    }
    for (const char* key : {"text", "thinking", "signature", "content"})
        appendText(block, key, memberOf(delta, key));
    if (const json* citation = memberOf(delta, "citation")) {
        if (!block["citations"].is_array())
            block["citations"] = json::array();
        block["citations"].push_back(*citation);
    }
}

/// The arguments of a tool as JSON, or as they came where they broke off.
void AnthropicStream::settleInput(Block& block)
{
    if (block.input.empty())
        return;
    auto parsed = parseJson(block.input);
    json& target = m_body["content"][block.place];
    if (target.is_object())
        target["input"] = parsed ? std::move(*parsed) : json(block.input);
    if (parsed)
        block.input.clear();
}

} // namespace tracestore
