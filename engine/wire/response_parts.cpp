#include "engine/wire/response_parts.h"

#include <algorithm>

namespace engine {

FinishKind finishKindOf(const ChatResponse& response)
{
    struct Word
    {
        std::string_view word;
        FinishKind kind;
    };

    constexpr Word kWords[] = {
        {"stop", FinishKind::Stop},
        {"end_turn", FinishKind::Stop},
        {"stop_sequence", FinishKind::Stop},
        {"completed", FinishKind::Stop},
        {"tool_calls", FinishKind::ToolCalls},
        {"tool_use", FinishKind::ToolCalls},
        {"function_call", FinishKind::ToolCalls},
        {"length", FinishKind::Length},
        {"max_tokens", FinishKind::Length},
        {"max_output_tokens", FinishKind::Length},
        {"content_filter", FinishKind::Filter},
        {"refusal", FinishKind::Filter},
    };
    const bool callsTools = std::ranges::any_of(response.message.parts, [](const auto& part) {
        return std::holds_alternative<tracestore::ToolCallPart>(part);
    });
    const FinishKind implied = callsTools ? FinishKind::ToolCalls : FinishKind::Stop;
    if (response.finishReason.empty() || response.finishReason == "completed")
        return implied;
    for (const Word& known : kWords)
        if (known.word == response.finishReason)
            return known.kind;
    return FinishKind::Other;
}

std::string finishWord(const ChatResponse& response, const FinishWords& words)
{
    switch (finishKindOf(response)) {
    case FinishKind::Stop:
        return words.stop;
    case FinishKind::ToolCalls:
        return words.toolCalls;
    case FinishKind::Length:
        return words.length;
    case FinishKind::Filter:
        return words.filter;
    case FinishKind::Other:
        break;
    }
    return response.finishReason;
}

std::vector<std::string> piecesOf(const std::string& text, std::size_t bytes)
{
    constexpr unsigned kContinuationMask = 0xC0U;
    constexpr unsigned kContinuation = 0x80U;
    std::vector<std::string> pieces;
    std::size_t start = 0;
    while (start < text.size()) {
        std::size_t end = std::min(text.size(), start + std::max<std::size_t>(bytes, 1));
        while (end < text.size()
               && (static_cast<unsigned char>(text[end]) & kContinuationMask) == kContinuation)
            ++end;
        pieces.push_back(text.substr(start, end - start));
        start = end;
    }
    return pieces;
}

const tracestore::TokenUsage& usageOf(const ChatResponse& response)
{
    static const tracestore::TokenUsage kNone;
    return response.usage ? *response.usage : kNone;
}

std::int64_t wholeInput(const tracestore::TokenUsage& usage)
{
    return usage.inputTotal().value_or(0);
}

std::int64_t secondsOf(tracestore::Timestamp time)
{
    constexpr std::int64_t kNsPerSecond = 1'000'000'000;
    return time.ns / kNsPerSecond;
}

} // namespace engine
