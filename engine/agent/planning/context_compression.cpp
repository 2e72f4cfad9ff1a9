#include "engine/agent/planning/context_compression.h"

#include "engine/agent/planning/token_estimate.h"
#include "engine/agent/prompt_assembly.h"
#include "engine/effect/decision.h"

#include <nlohmann/json.hpp>

namespace engine {

using tracestore::Message;
using tracestore::MessageChain;
using tracestore::Role;

namespace {

    /// Of a single part in the request for a summary: one huge result shall not fill it alone.
    constexpr std::size_t kMaxPartInSummary = 4000;
    constexpr std::size_t kMaxPreview = 120;
    constexpr std::size_t kMaxPreviews = 200;

    /// The beginning of a text, cut between two characters.
    std::string clipped(std::string_view text, std::size_t most)
    {
        if (text.size() <= most)
            return std::string(text);
        std::size_t end = most;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80)
            --end;
        return std::string(text.substr(0, end)) + " ...";
    }

    struct PartText
    {
        std::string operator()(const tracestore::TextPart& part) const { return part.text; }

        std::string operator()(const tracestore::ReasoningPart&) const { return {}; }

        std::string operator()(const tracestore::ToolCallPart& part) const
        {
            return "[calls " + part.name + ' ' + part.arguments + ']';
        }

        std::string operator()(const tracestore::ToolResultPart& part) const
        {
            return (part.isError ? "[error] " : "[result] ") + part.content;
        }

        std::string operator()(const tracestore::MediaPart& part) const
        {
            return '[' + part.mimeType + ']';
        }

        std::string operator()(const tracestore::OtherPart& part) const
        {
            return '[' + part.type + ']';
        }
    };

    std::string messageText(const Message& message, std::size_t mostPerPart)
    {
        std::string text;
        for (const auto& part : message.parts) {
            const std::string partText = clipped(std::visit(PartText {}, part), mostPerPart);
            if (!partText.empty())
                text += (text.empty() ? "" : "\n") + partText;
        }
        return std::string(tracestore::toWord(message.role)) + ": " + text;
    }

} // namespace

std::optional<CompressionRange>
compressionRange(const MessageChain& messages, std::size_t promptLength, std::uint32_t keepLast)
{
    const auto list = messages.pointers();
    CompressionRange range {promptLength + 1, 0};
    if (list.size() <= keepLast)
        return {};
    range.to = list.size() - keepLast;
    while (range.to > range.from && list[range.to]->role == Role::Tool)
        --range.to;
    if (range.to < range.from + 2)
        return {};
    return range;
}

MessageChain summaryRequest(const MessageChain& messages, CompressionRange range)
{
    std::string text;
    const auto list = messages.pointers();
    for (std::size_t i = range.from; i < range.to; ++i)
        text += messageText(*list[i], kMaxPartInSummary) + "\n\n";
    MessageChain request;
    request = request.with(textMessage(
        Role::System,
        "You write the summary that takes the place of the older part of a conversation between a "
        "user and an assistant with tools. Keep what is needed to go on: what the user wants, "
        "decisions, facts, names, numbers and ids exactly, results of tools, what failed, what is "
        "still open. Leave out greetings and repetition. Write the summary and nothing else."));
    return request.with(textMessage(Role::User, std::move(text)));
}

MessageChain
withSummary(const MessageChain& messages, CompressionRange range, const std::string& summary)
{
    MessageChain shorter;
    const auto list = messages.pointers();
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (i == range.from)
            shorter = shorter.with(textMessage(
                Role::User, "Summary of the conversation between then and now:\n" + summary));
        if (i < range.from || i >= range.to)
            shorter = shorter.with(*list[i]);
    }
    return shorter;
}

std::string conversationText(const MessageChain& messages, std::size_t promptLength)
{
    constexpr std::size_t kMaxConversation = std::size_t {64} << 10U;
    const auto list = messages.pointers();
    std::vector<std::string> lines;
    std::size_t size = 0;
    for (std::size_t i = list.size(); i > promptLength && size < kMaxConversation; --i) {
        const Message& message = *list[i - 1];
        const std::string text = tracestore::plainText(message);
        if (text.empty() || (message.role != Role::User && message.role != Role::Assistant))
            continue;
        lines.push_back(std::string(tracestore::toWord(message.role)) + ": " + text + '\n');
        size += lines.back().size();
    }
    std::string all;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line)
        all += *line;
    return all;
}

tracestore::DecisionMade
compressionDecision(const MessageChain& before, CompressionRange range, const MessageChain& after)
{
    nlohmann::json dropped = nlohmann::json::array();
    const auto list = before.pointers();
    for (std::size_t i = range.from; i < range.to && dropped.size() < kMaxPreviews; ++i)
        dropped.push_back(clipped(messageText(*list[i], kMaxPreview), kMaxPreview));
    return policyDecision("compression",
                          "compress",
                          "A summary takes the place of " + std::to_string(range.to - range.from)
                              + " messages.",
                          {{"from", range.from},
                           {"to", range.to},
                           {"dropped", dropped},
                           {"tokens_before", estimateTokens(before)},
                           {"tokens_after", estimateTokens(after)}});
}

} // namespace engine
