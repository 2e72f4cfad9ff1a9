#pragma once

#include "tracestore/analysis/word_bag.h"
#include "tracestore/base/hash.h"

#include <cstdint>
#include <deque>
#include <optional>

namespace tracestore {

/// A call of a tool as the finder looks at it.
struct LoopCall
{
    std::string_view tool;
    std::string_view arguments; ///< JSON; equal values are equal whatever their spelling
    std::string_view result;
    bool isError = false;
};

enum class LoopKind : std::uint8_t
{
    RepeatedState, ///< the same call gave the same result again and again
    NearDuplicate, ///< calls that say the same in other words, with results that say the same
    Oscillation, ///< a short series of calls comes back and back
    NoProgress ///< nothing but errors, empty results and results that were there before
};

/// `repeated_state`, `near_duplicate`, `oscillation`, `no_progress`.
std::string_view toWord(LoopKind kind);

struct LoopRules
{
    std::uint32_t repeats = 3; ///< how often is a loop; 2 or more
    double similarity = 0.9; ///< from which two calls count as near duplicates
    bool findsOscillation = true;
    bool findsRepeatedState = true;
};

/// A loop that the last call is a part of.
struct LoopFinding
{
    LoopKind kind = LoopKind::RepeatedState;
    std::size_t count = 0; ///< of calls, or of rounds of a series
    std::size_t period = 1; ///< calls in a round
    double similarity = 1; ///< the least among the calls

    bool operator==(const LoopFinding&) const = default;
};

/// Watches the calls of one agent, one after another, for signs that it turns in circles. Looks
/// back over at most kWindow calls and forgets what came before: a call costs the same however long
/// the run is, and a finder that is given the last kWindow calls again finds the same. For the loop
/// guard of a live run, and for an analysis of a trace that was only opened. One thread.
///
/// - Repeated state: tool, arguments and result, counted by content hash over the window.
/// - Near duplicates: the last calls of the tool, compared pairwise with the latest by
///   wordingSimilarity() (Sørensen-Dice over content words; numbers must agree); their results must
///   be as similar, else it is paging or polling and makes progress.
/// - Oscillation: the smallest period p from 2 to 4 with which tool and arguments repeat over the
///   last calls, found by direct comparison of the tail; results may differ (do and undo).
/// - No progress: the last 2 * repeats calls all failed, were empty, or gave what an earlier call
///   of the window gave (novelty by content hash). A rule of our own.
class LoopFinder
{
public:
    static constexpr std::size_t kWindow = 48;

    explicit LoopFinder(const LoopRules& rules)
        : m_rules(rules)
    { }

    /// The clearest loop that this call completes or goes on with.
    std::optional<LoopFinding> add(const LoopCall& call);

    void clear() { m_calls.clear(); }

private:
    struct Seen
    {
        ContentHash tool;
        ContentHash call; ///< tool and arguments
        ContentHash result;
        WordBag wording; ///< of the arguments
        std::string said; ///< the beginning of the result
        bool isVoid = false; ///< failed, or gave nothing
    };

    [[nodiscard]] std::optional<LoopFinding> repeatedState() const;
    [[nodiscard]] std::optional<LoopFinding> nearDuplicate() const;
    [[nodiscard]] std::optional<LoopFinding> oscillation() const;
    [[nodiscard]] std::optional<LoopFinding> noProgress() const;
    [[nodiscard]] bool gaveSomethingNew(std::size_t at) const;

    LoopRules m_rules;
    std::deque<Seen> m_calls;
};

} // namespace tracestore
