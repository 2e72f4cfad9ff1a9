#include "engine/effect/request_fingerprint.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::ContentHash;
using tracestore::MessageChain;

namespace {

    using ChainNode = MessageChain::Node;

    /// A result stands right behind the calls of its turn; further back nobody looks.
    constexpr std::size_t kMaxCallsBack = 64;

    /// The place of the call that a result belongs to: `messages back / place in the message`.
    std::string placeOfCall(const ChainNode* node, const std::string& callId)
    {
        for (std::size_t back = 0; node != nullptr && back < kMaxCallsBack; ++back) {
            std::size_t place = 0;
            for (const auto& part : node->message.parts) {
                const auto* const call = std::get_if<tracestore::ToolCallPart>(&part);
                if (call != nullptr && call->id == callId)
                    return std::to_string(back) + '/' + std::to_string(place);
                place += call != nullptr ? 1 : 0;
            }
            node = node->before.get();
        }
        return "?";
    }

    struct PartFields
    {
        const ChainNode* before;

        json operator()(const tracestore::TextPart& part) const { return {"text", part.text}; }

        json operator()(const tracestore::ReasoningPart& part) const
        {
            return {"reasoning", part.isEncrypted ? std::string() : part.text};
        }

        json operator()(const tracestore::ToolCallPart& part) const
        {
            return {"call", part.name, canonicalJson(part.arguments)};
        }

        json operator()(const tracestore::ToolResultPart& part) const
        {
            return {"result", placeOfCall(before, part.callId), part.content, part.isError};
        }

        json operator()(const tracestore::MediaPart& part) const
        {
            return {"media", part.mimeType, part.reference, part.data};
        }

        json operator()(const tracestore::OtherPart& part) const
        {
            return {"other", part.type, canonicalJson(part.json)};
        }
    };

    ContentHash hashNode(const ChainNode& node, const ContentHash& before)
    {
        json fields {before.toHex(), tracestore::toWord(node.message.role), node.message.name};
        for (const auto& part : node.message.parts)
            fields.push_back(std::visit(PartFields {node.before.get()}, part));
        return tracestore::contentHash(tracestore::toJsonText(fields));
    }

    struct RequestFields
    {
        const ContentHash& messages; ///< of a model call

        json operator()(const ModelCall& call) const
        {
            json tools = json::array();
            for (const ToolDefinition& tool : call.request.tools)
                tools.push_back({tool.name, tool.description, canonicalJson(tool.inputSchema)});
            return {"model",
                    call.target.provider,
                    call.target.model,
                    call.request.model,
                    messages.toHex(),
                    std::move(tools),
                    canonicalJson(call.request.parameters)};
        }

        json operator()(const ToolCall& call) const
        {
            return {"tool", call.tool, canonicalJson(call.arguments)};
        }

        json operator()(const UserQuestion& question) const
        {
            return {"user",
                    question.question,
                    question.options,
                    question.isApproval,
                    canonicalJson(question.subject)};
        }

        json operator()(const AgentTask& task) const { return {"agent", task.agent, task.task}; }

        json operator()(const TimerWait& wait) const { return {"timer", wait.reason}; }
    };

} // namespace

std::string canonicalJson(const std::string& text)
{
    if (text.empty())
        return text;
    const auto value = tracestore::parseJson(text);
    return value ? tracestore::toJsonText(*value) : text;
}

std::string RequestFingerprint::of(const EffectRequest& request)
{
    const auto* const call = std::get_if<ModelCall>(&request);
    const ContentHash messages = call == nullptr ? ContentHash {} : hashOf(call->request.messages);
    const json fields = std::visit(RequestFields {messages}, request);
    return 'v' + std::to_string(kVersion) + ':'
        + tracestore::contentHash(tracestore::toJsonText(fields)).toHex();
}

ContentHash RequestFingerprint::hashOf(const MessageChain& messages)
{
    std::vector<std::shared_ptr<const ChainNode>> unknown;
    ContentHash hash;
    for (auto node = messages.node(); node != nullptr; node = node->before) {
        if (const ContentHash* const known = find(node)) {
            hash = *known;
            break;
        }
        unknown.push_back(node);
    }
    for (auto node = unknown.rbegin(); node != unknown.rend(); ++node) {
        hash = hashNode(**node, hash);
        ++m_hashed;
        remember(*node, hash);
    }
    return hash;
}

const ContentHash* RequestFingerprint::find(const std::shared_ptr<const ChainNode>& node) const
{
    const auto found = m_known.find(node.get());
    // Equal addresses are not enough: the node must be the one that was hashed.
    if (found == m_known.end() || found->second.node.lock() != node)
        return nullptr;
    return &found->second.hash;
}

void RequestFingerprint::remember(const std::shared_ptr<const ChainNode>& node, ContentHash hash)
{
    if (m_known.size() >= m_sweepAt) {
        std::erase_if(m_known, [](const auto& known) { return known.second.node.expired(); });
        m_sweepAt = std::max<std::size_t>(1024, 2 * m_known.size());
    }
    m_known[node.get()] = {node, hash};
}

} // namespace engine
