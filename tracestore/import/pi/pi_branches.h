#pragma once

#include "tracestore/import/reading/conversation_steps.h"

namespace tracestore {

/// An entry of a session on its way into a trace.
struct PiEntry
{
    static constexpr std::uint32_t kNone = Id<struct EntryTag>::kNone;

    std::uint32_t parent = kNone; ///< an earlier entry
    bool isTalk = false; ///< a part of the conversation that can be gone on from
    std::uint32_t firstSpan = 0; ///< its steps are a range
    std::uint32_t endSpan = 0;
    ConversationSteps::Place before; ///< where the conversation stood
    ConversationSteps::Place after;
};

/// Finds the lines of a conversation that were left, and marks their steps as branches. The active
/// line is the path from the last entry up.
void markPiBranches(const std::vector<PiEntry>& entries, TraceBuilder& builder);

} // namespace tracestore
