#pragma once

#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"

#include <array>
#include <optional>
#include <vector>

namespace tracestore {

/// What became of a step on its way from one trace to the other.
enum class PairState : std::uint8_t
{
    Equal,
    Changed,
    OnlyA,
    OnlyB
};

/// Why two steps are held to be one, or a single one to be nothing new.
enum class PairReason : std::uint8_t
{
    None,
    SameContent, ///< they ask and give the same
    SameCall, ///< they ask the same and give something else
    SimilarContent, ///< their texts share most of their words
    SameQuestion, ///< model calls that users told the same, and that answer otherwise
    SamePlace, ///< they stand between the same neighbours and are of one sort
    Retry ///< one side only: a try that failed and was done again
};

/// What differs between the two steps of a pair; a bit each. What goes on from one model call to
/// the next (another model, other instructions) is set where it begins.
enum class PairChange : std::uint16_t
{
    Name = 1, ///< alone it does not make a pair Changed: names are given by who records
    Model = 2,
    Input = 4, ///< what a model call is told by the user; the rest are outputs of steps before
    Arguments = 8, ///< of a tool; of a model call the calls that it asks for
    Output = 16,
    Status = 32,
    Configuration = 64, ///< instructions, tools on offer, parameters
    Order = 128, ///< it stands in front of others that it stood behind; of steps that were asked
                 ///< for at once nobody asks in which order they came
    Instructions = 256, ///< what of the configuration it is: the system prompt
    Offer = 512 ///< or tools on offer and parameters
};

inline constexpr std::array kPairChanges {PairChange::Name,
                                          PairChange::Model,
                                          PairChange::Input,
                                          PairChange::Arguments,
                                          PairChange::Output,
                                          PairChange::Status,
                                          PairChange::Configuration,
                                          PairChange::Order,
                                          PairChange::Instructions,
                                          PairChange::Offer};

/// `equal`, `changed`, `only_a`, `only_b`; `same_content` ...; `arguments` ...
std::string_view toWord(PairState state);
std::string_view toWord(PairReason reason);
std::string_view toWord(PairChange change);

/// The bits that are set, in order.
std::vector<PairChange> changesOf(std::uint16_t bits);

/// A row of the common tree: a step of both traces, or of one.
struct StepPair
{
    SpanId a; ///< none: in B only
    SpanId b; ///< none: in A only
    std::uint32_t depth = 0; ///< in the common tree
    PairState state = PairState::Equal;
    PairReason reason = PairReason::None;
    std::uint16_t changes = 0; ///< bits of PairChange
    float confidence = 1; ///< that the two belong together, 0 to 1
    /// Different here, but both sides meet again with the same outcome: a try that was repeated, a
    /// step more that changed nothing, other words before the same action.
    bool isMadeGood = false;
    /// What differs is what the step was given (a model, instructions, tools, words of a user), or
    /// that one format does not tell turns, and both sides go on alike. An agent did nothing about
    /// it: it is neither made good nor where they part.
    bool isGiven = false;
    /// Of a pair: it stands where A has it, and B has it elsewhere below the same parent.
    bool isMoved = false;
    /// Of a step that stands on one side only: the one of the other side that it belongs to, and
    /// that has a row of its own, for no row is at the place of both. None: there is none.
    SpanId elsewhere;

    [[nodiscard]] bool has(PairChange change) const
    {
        return (changes & static_cast<std::uint16_t>(change)) != 0;
    }

    bool operator==(const StepPair&) const = default;
};

/// A side of a comparison. The trace outlives the call.
struct ComparedTrace
{
    const Trace* trace = nullptr;
    std::optional<SessionId> session; ///< none: all of it
    std::optional<BranchId>
        branch; ///< with what it shares with those it was forked from; none: all
};

/// How two traces belong together. It tells where they part, never why.
struct TraceAlignment
{
    std::vector<StepPair> pairs; ///< in common reading order: a step before those below it
    /// Index of the first pair that differs and is not made good again; none where there is none.
    std::optional<std::size_t> firstDivergence;
    std::size_t equal = 0; ///< of the pairs; likewise the next three
    std::size_t changed = 0;
    std::size_t onlyA = 0;
    std::size_t onlyB = 0;
    double shared = 0; ///< the part of all steps that is the same on both sides, 0 to 1
    /// They share next to nothing: to be said to the user, for pairs mean little then.
    bool sharesLittle = false;

    bool operator==(const TraceAlignment&) const = default;
};

/// Aligns two traces, or two sessions, which may be of one trace. Reads the payloads of all steps,
/// those of A first; what cannot be read counts as not known. README.md says how it decides. Any
/// thread; fails only where it is cancelled.
Result<TraceAlignment>
alignTraces(const ComparedTrace& sideA, const ComparedTrace& sideB, Job& job);

} // namespace tracestore
