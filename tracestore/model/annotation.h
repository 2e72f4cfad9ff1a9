#pragma once

#include "tracestore/model/trace.h"

#include <optional>
#include <string>
#include <vector>

namespace tracestore {

/// How a step is named by what is kept apart from its trace, so that it is found again where the
/// file has grown or was opened with others.
struct StepAddress
{
    std::int64_t place = -1; ///< its SpanId when this was made
    std::string name;
    std::string traceId;
    std::string origId;

    bool operator==(const StepAddress&) const = default;
};

[[nodiscard]] StepAddress addressOf(const Trace& trace, SpanId span);

/// The step of an address: by its place where it is what it was, else by the source's ids. Invalid
/// where it is not in the trace. Looks through a column at most.
[[nodiscard]] SpanId findStep(const Trace& trace, const StepAddress& address);

enum class AnnotationKind : std::uint8_t
{
    Bookmark,
    Note, ///< a text of the user
    Fact, ///< a text under a name: what is expected of a branch, what was found
};

std::string_view toWord(AnnotationKind kind);

/// What a user has said about a step, a session or all of a trace. Values of one key are states of
/// one thing, of which the last counts; that it was removed is a state too. So what was written in
/// several places can always be put together and nothing is lost.
struct Annotation
{
    std::string key; ///< given once
    AnnotationKind kind = AnnotationKind::Note;
    bool isRemoved = false;
    Timestamp written; ///< first
    Timestamp changed; ///< last
    std::string author; ///< may be empty
    std::optional<StepAddress> step; ///< what it is about; nothing: the session or all of the trace
    std::string session; ///< its key, where there is no step; empty: all of the trace
    std::string name; ///< of a fact
    std::string text;

    bool operator==(const Annotation&) const = default;
};

/// A longer text is not kept.
inline constexpr std::size_t kMaxAnnotationText = std::size_t {1} << 20U;

/// The key of the bookmark of a step: the same whoever sets it.
[[nodiscard]] std::string bookmarkKey(const StepAddress& address);

/// The key of a fact of that name about a trace.
[[nodiscard]] std::string factKey(std::string_view name);

/// One of each key, the last, in the order in which they were first written.
[[nodiscard]] std::vector<Annotation> mergeAnnotations(std::vector<Annotation> annotations);

} // namespace tracestore
