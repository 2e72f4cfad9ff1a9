#pragma once

#include "tracestore/base/timestamp.h"
#include "tracestore/model/ids.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// What an interval of work was. The source's own word is kept beside it.
enum class SpanKind : std::uint8_t
{
    Session,
    Turn,
    Agent,
    Workflow,
    Llm,
    Tool,
    Retrieval,
    Embedding,
    Memory,
    Guardrail,
    Evaluator,
    Message,
    StateChange,
    Compaction,
    Approval,
    Plan,
    Handoff,
    Error,
    Event,
    Other,
};

/// Unknown is not ok: a source that says nothing leaves it unknown.
enum class SpanStatus : std::uint8_t
{
    Unknown,
    Ok,
    Error,
    Cancelled,
    Pending
};

/// How the parent of a span came to be known.
enum class ParentState : std::uint8_t
{
    Root, ///< the source names none
    Present, ///< named, and in the trace
    Missing, ///< named, but not in the trace (a remote parent, a later part)
    Implied, ///< the importer concluded it
    Cut, ///< named and in the trace, but it would close a cycle
};

/// How far the times of a span can be trusted.
enum class TimeSource : std::uint8_t
{
    Unknown,
    Exact, ///< measured by the source as the span's own times
    Line, ///< the times at which lines of a log were written
    Inferred, ///< concluded from neighbours
};

enum class UsageState : std::uint8_t
{
    Reported,
    Partial,
    CumulativeDelta,
    Aggregated,
    Estimated
};

enum class CostSource : std::uint8_t
{
    Reported, ///< stands in the source
    Computed, ///< from tokens and a price table
};

/// Whether the messages of a span are all there.
enum class ContentState : std::uint8_t
{
    Absent, ///< the source holds none
    Full,
    Truncated,
    Redacted,
    ByReference,
    Reconstructed, ///< put together by the importer from earlier records
};

enum class LinkKind : std::uint8_t
{
    AnswersCall,
    SpawnedAgent,
    Handoff,
    FollowsFrom,
    Flow,
    Caller,
    RetryOf,
    BranchOf,
    CopiedFrom,
    LogicalParent,
    OtelLink,
    SameCallAs,
};

/// The stable lower-case words of the enums, as they stand in files and JSON (`state_change`).
std::string_view toWord(SpanKind kind);
std::string_view toWord(SpanStatus status);
std::string_view toWord(ParentState state);
std::string_view toWord(TimeSource source);
std::string_view toWord(UsageState state);
std::string_view toWord(CostSource source);
std::string_view toWord(ContentState state);
std::string_view toWord(LinkKind kind);

/// The enum of a word; nothing for a word that is none of it.
template<class Enum>
std::optional<Enum> fromWord(std::string_view word);

/// Tokens by bucket. The buckets input, cacheRead and cacheWrite do not overlap; output includes
/// reasoning. Absent means that the source did not say, which is not zero.
struct TokenUsage
{
    std::optional<std::int64_t>
        input; ///< read anew: neither from a cache nor into one, as far as known
    std::optional<std::int64_t> cacheRead;
    std::optional<std::int64_t> cacheWrite; ///< all that was written to a cache
    std::optional<std::int64_t> cacheWriteLong; ///< the part of cacheWrite kept for an hour
    std::optional<std::int64_t> output;
    std::optional<std::int64_t> reasoning; ///< a part of output
    std::optional<std::int64_t> reportedTotal; ///< as the source states it
    UsageState state = UsageState::Reported;

    /// input + cacheRead + cacheWrite as far as known; nothing where none is.
    [[nodiscard]] std::optional<std::int64_t> inputTotal() const;

    /// inputTotal() + output as far as known, else the reported total.
    [[nodiscard]] std::optional<std::int64_t> total() const;

    bool operator==(const TokenUsage&) const = default;
};

/// Money in units of the currency (ISO 4217).
struct Cost
{
    double amount = 0;
    std::string currency = "USD";
    CostSource source = CostSource::Reported;

    bool operator==(const Cost&) const = default;
};

/// A stretch of bytes of one of the trace's files (of the unpacked content where it is packed).
struct RawRef
{
    FileId file;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;

    bool operator==(const RawRef&) const = default;
};

/// Why a span failed. The stack is a part of the span's detail.
struct SpanError
{
    std::string type;
    std::string message;
    std::optional<bool> isRetryable;

    bool operator==(const SpanError&) const = default;
};

/// What an importer knows about a span when it adds it. Everything but session, kind and name may
/// stay unset; texts are copied into the trace's pool.
struct SpanRecord
{
    SessionId session;
    SpanKind kind = SpanKind::Other;
    std::string_view name;
    std::string_view origKind;
    std::string_view origId;
    std::string_view traceId; ///< together with origId, how the source names the span

    /// A parent that is in the trace already, or else the source's name for it, which is looked up
    /// (same traceId, case-insensitive) when the trace is finished.
    SpanId parent;
    std::string_view parentOrigId;
    bool isParentImplied = false;

    AgentId agent;
    BranchId branch;
    std::optional<Timestamp> start;
    std::optional<Timestamp> end;
    std::optional<Timestamp> firstToken;
    TimeSource timeSource = TimeSource::Unknown;
    SpanStatus status = SpanStatus::Unknown;
    std::optional<SpanError> error;

    std::string_view requestedModel;
    std::string_view respondedModel;
    std::string_view provider;
    std::string_view responseId; ///< the provider's id of the answer
    std::string_view toolCallId;

    std::optional<TokenUsage> usage;
    std::optional<Cost> cost;
    /// False on wrappers and copies: their tokens, cost and call are counted elsewhere.
    bool countsInTotals = true;
    std::vector<RawRef> raw;
};

/// A typed link between spans. A target outside the trace is named by the source's ids.
struct SpanLink
{
    SpanId from;
    SpanId to;
    std::string toTraceId;
    std::string toOrigId;
    LinkKind kind = LinkKind::OtelLink;
    std::string attributesJson; ///< an object, or empty

    bool operator==(const SpanLink&) const = default;
};

} // namespace tracestore
