#pragma once

#include "tracestore/model/trace.h"

#include <memory>
#include <vector>

namespace gui {

/// Somebody with a column of their own.
struct Participant
{
    enum class Kind : std::uint8_t
    {
        User,
        Agent,
        Tool, ///< or whatever else is called by name: a retriever, a memory
        Rest, ///< all tools that came after there were columns enough
    };

    Kind kind = Kind::Agent;
    tracestore::SpanKind spanKind = tracestore::SpanKind::Agent; ///< for the icon
    std::string_view name; ///< of the trace; empty for the user, the rest and nameless agents

    bool operator==(const Participant&) const = default;
};

/// Something that happens between participants, or to one of them.
struct SequenceItem
{
    enum class Kind : std::uint8_t
    {
        Message, ///< from one to another, without an answer
        Call, ///< is answered by the item `partner`
        Result, ///< answers the item `partner`
        RoundTrip, ///< a call and its result with nothing between them
        Own, ///< what one does alone: a model call, a plan
        HandOff, ///< the work goes on elsewhere
    };

    static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

    Kind kind = Kind::Own;
    tracestore::SpanId span;
    std::uint32_t from = 0; ///< index into participants; equal to `to` for Own
    std::uint32_t to = 0;
    std::uint32_t partner = kNone;
    std::uint64_t signature = 0; ///< equal for items that look the same but for how they ended
    bool isError = false;

    bool operator==(const SequenceItem&) const = default;
};

/// The same items again and again, one round after another.
struct SequenceLoop
{
    std::uint32_t first = 0; ///< its first item
    std::uint32_t period = 0; ///< items in a round
    std::uint32_t rounds = 0;

    [[nodiscard]] std::uint32_t end() const { return first + period * rounds; }

    bool operator==(const SequenceLoop&) const = default;
};

/// What happened between whom in a session, in the order of time. Immutable: any thread. Texts
/// belong to the trace, which it holds.
struct Sequence
{
    tracestore::TracePtr trace;
    tracestore::SessionId session;
    std::vector<Participant> participants; ///< in the order of their first appearance, user first
    std::vector<SequenceItem> items;
    std::vector<SequenceLoop> loops; ///< in order; they do not overlap
    std::size_t firstSpan = 0; ///< the session's place in the trace's pre-order
    std::vector<std::uint32_t> itemOfSpan; ///< for each span from there on; see itemOf()

    /// More columns than this nobody reads: later tools share one.
    static constexpr std::size_t kMostParticipants = 60;

    /// The item that shows a span: its own, else that of the step round it, else the first below
    /// it; kNone outside the session or where nothing does.
    [[nodiscard]] std::uint32_t itemOf(tracestore::SpanId span) const;
};

using SequencePtr = std::shared_ptr<const Sequence>;

/// Spans of a session as a sequence. Pure: any thread; O(n log n) for one sort, no recursion.
/// Where times are unknown the order of the step tree stands for them.
SequencePtr buildSequence(tracestore::TracePtr trace, tracestore::SessionId session);

} // namespace gui
