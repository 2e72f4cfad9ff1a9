#pragma once

#include "engine/config/agent_config.h"
#include "engine/wire/chat.h"
#include "tracestore/recording/run_event.h"

namespace engine {

/// Which messages a compression would replace.
struct CompressionRange
{
    std::size_t from = 0; ///< first that goes
    std::size_t to = 0; ///< first that stays again
};

/// Keeps the prompt, the first message behind it and the last `keepLast`; a tool result is not
/// parted from its call. Nothing where fewer than two messages would go.
std::optional<CompressionRange> compressionRange(const tracestore::MessageChain& messages,
                                                 std::size_t promptLength,
                                                 std::uint32_t keepLast);

/// The request for a summary of the range. "First message, summary, recent ones": Packer et al.
/// 2023, "MemGPT", recursive summary: an earlier summary is a message of the range like others.
tracestore::MessageChain summaryRequest(const tracestore::MessageChain& messages,
                                        CompressionRange range);

/// The list with the summary in the place of the range.
tracestore::MessageChain withSummary(const tracestore::MessageChain& messages,
                                     CompressionRange range,
                                     const std::string& summary);

/// What user and assistant said behind the prompt, for an agent that takes the conversation over:
/// their texts, the older ones left out where it is very long.
std::string conversationText(const tracestore::MessageChain& messages, std::size_t promptLength);

/// What was dropped: a line for each message, the sizes before and after.
tracestore::DecisionMade compressionDecision(const tracestore::MessageChain& before,
                                             CompressionRange range,
                                             const tracestore::MessageChain& after);

} // namespace engine
