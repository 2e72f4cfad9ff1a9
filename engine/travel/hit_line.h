#pragma once

#include "engine/travel/travel_line.h"

#include <span>

namespace engine {

/// A breakpoint that hit at a position.
struct LineHit
{
    std::size_t position = 0;
    tracestore::SpanId span;
    StopKind kind = StopKind::Step; ///< of the breakpoint
    BreakpointHit hit;
    bool pauses = false;
    std::vector<std::string> lines; ///< what its logpoints say
};

/// All that the breakpoints of a user would have done in a session, by one walk from its start: so
/// a hit is the same whichever way one comes to it. Immutable; any thread.
class HitLine
{
public:
    /// Fails with Cancelled only.
    static tracestore::Result<std::shared_ptr<const HitLine>>
    make(const TravelLine& line, const std::vector<Breakpoint>& breakpoints, tracestore::Job& job);

    [[nodiscard]] const std::vector<LineHit>& hits() const { return m_hits; }

    /// Those from a position up to before another one.
    [[nodiscard]] std::span<const LineHit> between(std::size_t from, std::size_t before) const;

    /// The next position behind another one, or the last before it, at which a run would be held.
    [[nodiscard]] std::optional<std::size_t> nextStop(std::size_t from) const;
    [[nodiscard]] std::optional<std::size_t> previousStop(std::size_t from) const;

    /// The counts at a position, what happens at it included.
    [[nodiscard]] std::vector<BreakpointTally> tallies(std::size_t position) const;

    /// What this trace does not tell of what they ask for: sentences for people.
    [[nodiscard]] const std::vector<std::string>& notes() const { return m_notes; }

private:
    class Finder;

    /// Where a breakpoint was met; only some of it are hits by its rule.
    struct Met
    {
        BreakpointId id = 0;
        std::vector<std::uint32_t> positions;
        std::string problem; ///< that is known before any hit
        std::vector<std::pair<std::uint32_t, std::string>> problems; ///< where another one begins
        std::optional<std::size_t> spentAt;
    };

    std::vector<LineHit> m_hits; ///< in order
    std::vector<std::uint32_t> m_stops;
    std::vector<Met> m_met;
    std::vector<std::string> m_notes;
};

} // namespace engine
