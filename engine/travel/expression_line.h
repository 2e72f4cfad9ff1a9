#pragma once

#include "engine/breakpoint/expression.h"
#include "engine/travel/travel_line.h"

namespace engine {

/// What an expression comes to at all moments of a session: where its value changes, and where it
/// is true. Immutable; any thread.
class ExpressionLine
{
public:
    struct Change
    {
        std::size_t position = 0;
        tracestore::SpanId span; ///< the step at which it is another one
        std::string value; ///< JSON; cut where it is very long
    };

    /// `agent`: of whose steps and states alone, by name or path; empty: of all. Fails with
    /// Cancelled only.
    static tracestore::Result<std::shared_ptr<const ExpressionLine>>
    make(const TravelLine& line,
         const Expression& expression,
         std::string agent,
         tracestore::Job& job);

    /// The first of them is where it was first known.
    [[nodiscard]] const std::vector<Change>& changes() const { return m_changes; }

    /// The last change at or before a position; null: there is none.
    [[nodiscard]] const Change* changeAt(std::size_t position) const;

    /// The one in front of a change; null: it is the first.
    [[nodiscard]] const Change* changeBefore(const Change& change) const;

    /// Where it is true, or where a field has a value: once for each step.
    [[nodiscard]] const std::vector<std::uint32_t>& hits() const { return m_hits; }

    /// Why not all of it is known; else empty.
    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    class Finder;

    std::vector<Change> m_changes;
    std::vector<std::uint32_t> m_hits;
    std::string m_problem;
};

/// How often calls were made up to each step (`repeat(args)`, `repeat(tool)`), which takes reading
/// the contents of all calls. Immutable; any thread.
struct RepeatLine
{
    struct Repeats
    {
        std::uint32_t ofArguments = 0;
        std::uint32_t ofTool = 0;
    };

    std::unordered_map<std::uint32_t, Repeats> bySpan;

    /// Fails with Cancelled only.
    static tracestore::Result<std::shared_ptr<const RepeatLine>> make(const TravelLine& line,
                                                                      tracestore::Job& job);
};

/// Whether repeats are needed for it.
[[nodiscard]] bool asksForRepeats(const Expression& expression);

} // namespace engine
