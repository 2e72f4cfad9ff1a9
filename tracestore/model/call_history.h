#pragma once

#include "tracestore/model/trace.h"

namespace tracestore {

/// What a model call sends that the call before did not.
struct HistoryChange
{
    std::size_t firstNew = 0; ///< the messages before it are those of the call before, unchanged
    std::size_t dropped = 0; ///< how many of the call before are not sent any more
    bool isRewritten = false; ///< something was there before, and nothing of it is kept

    bool operator==(const HistoryChange&) const = default;
};

/// Compares the messages of a call with those of the call before by value. A window that moved on
/// (the front was dropped, the rest is as it was) is recognised; system messages at the front may
/// stay while it moves.
HistoryChange historyChange(const std::vector<Message>& before, const std::vector<Message>& now);

/// The model call before `call` of the same agent and session in the order of the step tree;
/// invalid where there is none near. Wrappers around model calls are no calls, and one that writes
/// a summary does not go on with the conversation.
SpanId previousCall(const Trace& trace, SpanId call);

/// A model call that a Kymo agent makes to have its conversation summed up: the decision to do so
/// is recorded right before it.
bool writesSummary(const Trace& trace, SpanId call);

/// A model call of its own, not a span that only wraps others.
bool isModelCall(const Trace& trace, SpanId span);

} // namespace tracestore
