#include "engine/travel/hit_line.h"

#include "engine/breakpoint/expression.h"
#include "engine/breakpoint/trace_notes.h"
#include "engine/breakpoint/trace_walk.h"

#include <algorithm>
#include <map>

namespace engine {

using tracestore::Result;

namespace {

    /// More than anybody goes to one after another; what is behind is not known then.
    constexpr std::size_t kMostHits = 1'000'000;

    /// Whether its logpoints need a field.
    bool logsAskFor(const Breakpoint& breakpoint, tracestore::FieldId field)
    {
        return std::ranges::any_of(breakpoint.actions, [&](const BreakpointAction& action) {
            const auto* log = std::get_if<LogAction>(&action);
            const auto text = TextTemplate::parse(log == nullptr ? std::string() : log->text);
            return breakpoint.isEnabled && text && text->asksFor(field);
        });
    }

    bool needsCalls(const Breakpoint& breakpoint)
    {
        return comparesCalls(breakpoint) || logsAskFor(breakpoint, tracestore::FieldId::RepeatArgs)
            || logsAskFor(breakpoint, tracestore::FieldId::RepeatTool);
    }

    bool needsState(const Breakpoint& breakpoint)
    {
        return asksForState(breakpoint) || logsAskFor(breakpoint, tracestore::FieldId::State);
    }

    bool isOnlyCounted(const LineHit& hit)
    {
        return !hit.pauses && hit.lines.empty();
    }

} // namespace

/// Asks the breakpoints on a walk. They count everything here; which of it is a hit by their rules
/// is decided on top, so that counts are known for every position.
class HitLine::Finder final : public WalkVisitor
{
public:
    Finder(HitLine& found, const std::vector<Breakpoint>& breakpoints)
        : m_found(found)
        , m_breakpoints(breakpoints)
    {
        std::vector<Breakpoint> counting = breakpoints;
        for (Breakpoint& each : counting) {
            each.hits = {};
            each.isOneShot = false;
        }
        m_set.set(std::move(counting));
        m_set.resetCounts();
        for (const BreakpointTally& tally : m_set.tallies()) {
            m_places[tally.id] = m_found.m_met.size();
            m_found.m_met.push_back({tally.id, {}, tally.problem, {}, {}});
        }
    }

    [[nodiscard]] bool waitsFor(StopKind kind) const override { return m_set.waitsFor(kind); }

    void meet(const WalkMoment& at, StopPoint& point, tracestore::QuerySubject& subject) override
    {
        for (BreakpointHit& hit : m_set.match(point, subject))
            take(at, std::move(hit), subject);
    }

    void remember(const WalkMoment&, StopPoint& point, tracestore::QuerySubject& subject) override
    {
        m_set.remember(point, subject);
    }

    [[nodiscard]] bool isDone() const override { return m_found.m_hits.size() >= kMostHits; }

private:
    void take(const WalkMoment& at, BreakpointHit hit, tracestore::QuerySubject& subject)
    {
        const auto place = m_places.find(hit.id);
        if (place == m_places.end())
            return;
        Met& met = m_found.m_met[place->second];
        const Breakpoint& breakpoint = m_breakpoints[place->second];
        if (met.spentAt)
            return;
        met.positions.push_back(static_cast<std::uint32_t>(at.position));
        const bool isProblem = !hit.problem.empty();
        if (isProblem && (met.problems.empty() || met.problems.back().second != hit.problem))
            met.problems.emplace_back(static_cast<std::uint32_t>(at.position), hit.problem);
        if (!isProblem && !breakpoint.hits.accepts(hit.number))
            return;
        if (!isProblem && breakpoint.isOneShot)
            met.spentAt = at.position;
        LineHit made {.position = at.position,
                      .span = at.span,
                      .kind = breakpoint.kind,
                      .hit = std::move(hit),
                      .pauses = isProblem || breakpoint.pauses(),
                      .lines = {}};
        if (!isProblem)
            made.lines = linesOf(breakpoint, subject);
        if (made.pauses && (m_found.m_stops.empty() || m_found.m_stops.back() != at.position))
            m_found.m_stops.push_back(static_cast<std::uint32_t>(at.position));
        if (!isOnlyCounted(made))
            m_found.m_hits.push_back(std::move(made));
    }

    std::vector<std::string> linesOf(const Breakpoint& breakpoint,
                                     tracestore::QuerySubject& subject)
    {
        std::vector<std::string> lines;
        for (const BreakpointAction& action : breakpoint.actions) {
            const auto* log = std::get_if<LogAction>(&action);
            if (log == nullptr)
                continue;
            auto known = m_templates.find(log->text);
            if (known == m_templates.end()) {
                auto parsed = TextTemplate::parse(log->text);
                known = m_templates
                            .emplace(log->text,
                                     parsed ? std::optional(std::move(*parsed)) : std::nullopt)
                            .first;
            }
            lines.push_back(known->second ? known->second->fill(subject) : log->text);
        }
        return lines;
    }

    HitLine& m_found;
    const std::vector<Breakpoint>& m_breakpoints;
    BreakpointSet m_set;
    std::map<BreakpointId, std::size_t> m_places; ///< in the list
    std::map<std::string, std::optional<TextTemplate>> m_templates; ///< nothing: cannot be read
};

Result<std::shared_ptr<const HitLine>> HitLine::make(const TravelLine& line,
                                                     const std::vector<Breakpoint>& breakpoints,
                                                     tracestore::Job& job)
{
    auto found = std::make_shared<HitLine>();
    const auto chosen = breakpointsOf(line.session(), line.trace(), breakpoints);
    Finder finder(*found, chosen);
    const bool isAnyEnabled = std::ranges::any_of(chosen, &Breakpoint::isEnabled);
    if (!isAnyEnabled)
        return std::shared_ptr<const HitLine>(std::move(found));
    job.expect(line.count());
    DetailCache details(line.trace());
    TraceWalk walk(line.trace(), line.kinds(), line.numbers(), details, finder);
    walk.comparesCalls(std::ranges::any_of(chosen, needsCalls));
    walk.foldsStates(std::ranges::any_of(chosen, needsState));
    if (auto done = walk.walk(line.moments(), line.states(), job); !done)
        return tracestore::fail(done.error());
    found->m_notes = notesOf(breakpoints, line.trace(), line.kinds(), !line.states().empty());
    if (finder.isDone())
        found->m_notes.emplace_back("There are more hits than are kept: what comes behind the "
                                    "first 1,000,000 is not known.");
    if (details.unreadable() > 0)
        found->m_notes.push_back("The contents of " + std::to_string(details.unreadable())
                                 + " steps could not be read: " + details.problem());
    return std::shared_ptr<const HitLine>(std::move(found));
}

std::span<const LineHit> HitLine::between(std::size_t from, std::size_t before) const
{
    const auto first = std::ranges::lower_bound(m_hits, from, {}, &LineHit::position);
    const auto last = std::ranges::lower_bound(m_hits, before, {}, &LineHit::position);
    return first < last ? std::span<const LineHit>(first, last) : std::span<const LineHit>();
}

std::optional<std::size_t> HitLine::nextStop(std::size_t from) const
{
    const auto next = std::ranges::upper_bound(m_stops, from);
    return next == m_stops.end() ? std::nullopt : std::optional<std::size_t>(*next);
}

std::optional<std::size_t> HitLine::previousStop(std::size_t from) const
{
    const auto next = std::ranges::lower_bound(m_stops, from);
    return next == m_stops.begin() ? std::nullopt : std::optional<std::size_t>(*std::prev(next));
}

std::vector<BreakpointTally> HitLine::tallies(std::size_t position) const
{
    std::vector<BreakpointTally> tallies;
    for (const Met& met : m_met) {
        const auto behind = std::ranges::upper_bound(met.positions, position);
        const auto problem = std::ranges::upper_bound(
            met.problems, position, {}, &std::pair<std::uint32_t, std::string>::first);
        tallies.push_back(
            {.id = met.id,
             .hits = static_cast<std::uint64_t>(behind - met.positions.begin()),
             .problem = problem == met.problems.begin() ? met.problem : std::prev(problem)->second,
             .isSpent = met.spentAt && *met.spentAt <= position});
    }
    return tallies;
}

} // namespace engine
