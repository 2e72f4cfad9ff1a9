#pragma once

#include "tracestore/import/reading/record_lines.h"
#include "tracestore/import/reading/token_counts.h"

namespace tracestore {

/// What a record of a rollout is to the tree of steps. Items are what the model was sent and gave;
/// events are what the user saw, and repeat many of the items.
enum class CodexRecord : std::uint8_t
{
    Meta,
    Context, ///< the settings of a turn
    UserItem,
    GivenItem, ///< put into the conversation by the program: instructions, surroundings
    AnswerItem,
    ReasoningItem,
    CallItem,
    OutputItem,
    AgentTalk, ///< a message from one agent to another
    UserEvent,
    AnswerEvent,
    ReasoningEvent,
    CallBegin, ///< an event that tells of a call before it is done
    CallEnd, ///< an event that tells how a call went
    Tokens,
    TurnBegin,
    TurnEnd,
    TurnAborted,
    Compacted,
    CompactedEvent,
    RolledBack,
    Failure,
    Title,
    Moment, ///< a step of its own, of the kind `momentKind`
    Aside, ///< bookkeeping of the program, or told by another record
    Other,
};

/// A record as far as the tree needs it. It holds no message text: where it lies is enough to read
/// it again.
struct CodexLine
{
    CodexRecord record = CodexRecord::Other;
    SpanKind momentKind = SpanKind::Event;
    bool isCopy = false; ///< a fork repeats it from the thread that it began in
    RawRef place;
    std::uint64_t number = 0;
    std::optional<Timestamp> time;
    StringId type; ///< the source's word for it
    StringId id;
    StringId callId;
    StringId name; ///< of a tool or an agent
    StringId text; ///< a title, or the message of an error
    StringId model;
    StringId thread; ///< that a call started
    std::uint64_t textHash = 0; ///< of what was said; 0: nothing
    std::uint64_t contentHash = 0; ///< of the record without its time
    std::optional<TokenUsage> usage; ///< of one call
    std::optional<TokenUsage> sum; ///< of the thread so far
    std::optional<Duration> duration;
    std::optional<Duration> toFirstToken;
    SpanStatus status = SpanStatus::Unknown;
    std::int64_t turns = 0; ///< taken back
};

/// The object of a record that tells what happened: its payload, or in older files itself.
simdjson::dom::object codexPayload(const simdjson::dom::object& record);

/// Whether an object is a record of a rollout, of any version.
bool isCodexRecord(const simdjson::dom::object& object);

/// Reads what the tree needs.
CodexLine readCodexLine(const RecordLine& from, TraceBuilder& pool);

} // namespace tracestore
