#pragma once

#include "tracestore/analysis/price_table.h"
#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"

#include <array>

namespace tracestore {

/// What a part of a context window is.
enum class WindowKind : std::uint8_t
{
    System,
    Tools, ///< descriptions of the tools on offer
    User,
    Assistant, ///< what models said before, with the calls they asked for
    Results, ///< of tools
    Other,
    Unseen ///< reported by the provider, but not in the trace: prompts and tools, as a rule
};

inline constexpr std::size_t kWindowKinds = 7;

/// `system`, `tools`, `user`, `assistant`, `results`, `other`, `unseen`.
std::string_view toWord(WindowKind kind);

/// What became of a part since the call before of the same agent.
enum class WindowChange : std::uint8_t
{
    Same,
    New,
    Changed, ///< it was there in other words
    Compressed ///< it stands for messages of the call before that are not sent any more
};

/// `same`, `new`, `changed`, `compressed`.
std::string_view toWord(WindowChange change);

/// A message, the offered tools, or what the trace does not hold.
struct WindowPart
{
    static constexpr std::size_t kNoMessage = static_cast<std::size_t>(-1);

    WindowKind kind = WindowKind::Other;
    std::size_t message = kNoMessage; ///< of the input
    std::string label; ///< `user`, `result of search`
    std::string beginning; ///< of its text, a line
    std::int64_t tokens = 0; ///< estimated, see ContextWindow::isScaled
    WindowChange change = WindowChange::Same;
    std::size_t standsFor = 0; ///< messages, where it is compressed

    bool operator==(const WindowPart&) const = default;
};

/// Why a provider cannot take the front of a call from its cache as far as the call before goes.
enum class CacheBreakCause : std::uint8_t
{
    Model, ///< another model
    Tools, ///< other tools on offer
    Changed, ///< a message is another than it was
    Cut, ///< messages are not sent any more
    Unused ///< all is as it was, yet the provider read less from its cache: it had expired
};

/// `model`, `tools`, `changed`, `cut`, `unused`.
std::string_view toWord(CacheBreakCause cause);

struct CacheBreak
{
    CacheBreakCause cause = CacheBreakCause::Changed;
    std::size_t part = 0; ///< into ContextWindow::parts: the first that is not as it was
    std::size_t byte = 0; ///< of its text: where it differs
    std::string before; ///< the text around that place in the call before, a line
    std::string now;

    /// Tokens that were sent in the call before already and are read anew. As the provider reports
    /// it where it does, else estimated.
    std::int64_t tokens = 0;
    bool isReported = false;

    /// What they cost more than from the cache; nothing where a price is not known.
    std::optional<Cost> cost;

    bool operator==(const CacheBreak&) const = default;
};

/// What fills the window of one model call.
struct ContextWindow
{
    SpanId call;
    SpanId previous; ///< the call before of the same agent; invalid: this is its first
    std::vector<WindowPart>
        parts; ///< in the order in which they are sent: what is unseen, tools, messages
    std::array<std::int64_t, kWindowKinds> tokens {}; ///< of all parts of a kind
    std::int64_t total = 0; ///< the sum

    /// The parts share the total that the provider reports; else all of it is an estimate, which
    /// can be wrong by half and more.
    bool isScaled = false;

    ContentState state = ContentState::Absent; ///< of the messages
    std::optional<std::int64_t> reported; ///< tokens of the input
    std::optional<std::int64_t> cacheRead;
    std::optional<std::int64_t> cacheWrite;
    std::size_t cutMessages = 0; ///< of the call before that are not sent any more
    std::int64_t cutTokens = 0; ///< theirs, estimated
    std::optional<CacheBreak> cacheBreak;

    bool operator==(const ContextWindow&) const = default;
};

/// A model call among those of its agent, for seeing how the window fills.
struct WindowSum
{
    SpanId call;
    std::array<std::int64_t, kWindowKinds> tokens {}; ///< as in ContextWindow
    std::int64_t total = 0;
    bool isScaled = false;
    bool isKnown = false; ///< false: neither messages nor tokens are known
    bool isCut = false; ///< fewer messages than the call before

    bool operator==(const WindowSum&) const = default;
};

/// The window of a model call. `prices` may be null: then no cost is told. Fails with Invalid where
/// the span is no model call, and as payloads do. Any thread.
Result<ContextWindow>
contextWindow(const Trace& trace, SpanId call, const PriceTable* prices, Job& job);

/// All model calls of an agent in a session, in the order of the step tree. What calls share is
/// read once. Calls that cannot be read are unknown. Fails with Cancelled only.
Result<std::vector<WindowSum>>
contextHistory(const Trace& trace, SessionId session, AgentId agent, Job& job);

} // namespace tracestore
