#include "tracestore/model/span.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// The words of each enum in the order of its values. They stand in files: append only.
    template<class Enum>
    constexpr std::array<std::string_view, 0> kWords {};

    template<>
    constexpr std::array kWords<SpanKind> = std::to_array<std::string_view>(
        {"session",   "turn",   "agent",     "workflow",  "llm",     "tool",         "retrieval",
         "embedding", "memory", "guardrail", "evaluator", "message", "state_change", "compaction",
         "approval",  "plan",   "handoff",   "error",     "event",   "other"});

    template<>
    constexpr std::array kWords<SpanStatus> = std::to_array<std::string_view>(
        {"unknown", "ok", "error", "cancelled", "pending"});

    template<>
    constexpr std::array kWords<ParentState> = std::to_array<std::string_view>(
        {"root", "present", "missing", "implied", "cut"});

    template<>
    constexpr std::array kWords<TimeSource> = std::to_array<std::string_view>(
        {"unknown", "exact", "line", "inferred"});

    template<>
    constexpr std::array kWords<UsageState> = std::to_array<std::string_view>(
        {"reported", "partial", "cumulative_delta", "aggregated", "estimated"});

    template<>
    constexpr std::array kWords<CostSource> = std::to_array<std::string_view>({"reported",
                                                                               "computed"});

    template<>
    constexpr std::array kWords<ContentState> = std::to_array<std::string_view>(
        {"absent", "full", "truncated", "redacted", "by_reference", "reconstructed"});

    template<>
    constexpr std::array kWords<LinkKind> = std::to_array<std::string_view>({"answers_call",
                                                                             "spawned_agent",
                                                                             "handoff",
                                                                             "follows_from",
                                                                             "flow",
                                                                             "caller",
                                                                             "retry_of",
                                                                             "branch_of",
                                                                             "copied_from",
                                                                             "logical_parent",
                                                                             "otel_link",
                                                                             "same_call_as"});

    template<class Enum>
    std::string_view word(Enum value)
    {
        return kWords<Enum>.at(static_cast<std::size_t>(value));
    }

    std::optional<std::int64_t> sum(std::optional<std::int64_t> a, std::optional<std::int64_t> b)
    {
        if (!a || !b)
            return a ? a : b;
        std::int64_t total = 0;
        return __builtin_add_overflow(*a, *b, &total) ? std::nullopt : std::optional(total);
    }

} // namespace

std::string_view toWord(SpanKind kind)
{
    return word(kind);
}

std::string_view toWord(SpanStatus status)
{
    return word(status);
}

std::string_view toWord(ParentState state)
{
    return word(state);
}

std::string_view toWord(TimeSource source)
{
    return word(source);
}

std::string_view toWord(UsageState state)
{
    return word(state);
}

std::string_view toWord(CostSource source)
{
    return word(source);
}

std::string_view toWord(ContentState state)
{
    return word(state);
}

std::string_view toWord(LinkKind kind)
{
    return word(kind);
}

template<class Enum>
std::optional<Enum> fromWord(std::string_view word)
{
    const auto& words = kWords<Enum>;
    const auto found = std::ranges::find(words, word);
    if (found == words.end())
        return {};
    return static_cast<Enum>(found - words.begin());
}

template std::optional<SpanKind> fromWord(std::string_view);
template std::optional<SpanStatus> fromWord(std::string_view);
template std::optional<ParentState> fromWord(std::string_view);
template std::optional<TimeSource> fromWord(std::string_view);
template std::optional<UsageState> fromWord(std::string_view);
template std::optional<CostSource> fromWord(std::string_view);
template std::optional<ContentState> fromWord(std::string_view);
template std::optional<LinkKind> fromWord(std::string_view);

std::optional<std::int64_t> TokenUsage::inputTotal() const
{
    return sum(sum(input, cacheRead), cacheWrite);
}

std::optional<std::int64_t> TokenUsage::total() const
{
    const auto known = sum(inputTotal(), output);
    return known ? known : reportedTotal;
}

} // namespace tracestore
