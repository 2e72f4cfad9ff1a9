#include "engine/breakpoint/breakpoint_set.h"

#include "engine/breakpoint/breakpoint_index.h"
#include "engine/breakpoint/breakpoint_problem.h"
#include "engine/breakpoint/expression.h"
#include "engine/breakpoint/point_subject.h"
#include "tracestore/base/json_io.h"

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::FieldId;
using tracestore::Truth;

namespace {

    /// A breakpoint as far as it decides about hits.
    Breakpoint essence(Breakpoint breakpoint)
    {
        breakpoint.isEnabled = true;
        breakpoint.group.clear();
        breakpoint.note.clear();
        return breakpoint;
    }

    bool logsField(const Breakpoint& breakpoint, FieldId field)
    {
        return std::ranges::any_of(breakpoint.actions, [&](const BreakpointAction& action) {
            const auto* log = std::get_if<LogAction>(&action);
            const auto text = log == nullptr ? TextTemplate() : TextTemplate::parse(log->text);
            return log != nullptr && text && text->asksFor(field);
        });
    }

    /// What a field has now, as one text; nothing where it has nothing.
    std::optional<std::string> valueAt(const Expression& field, tracestore::QuerySubject& subject)
    {
        return field.evaluate(subject);
    }

} // namespace

struct BreakpointSet::Data
{
    struct Entry
    {
        std::optional<Expression> changed;
        std::optional<ConditionPool::ConditionId> condition;
        std::string unreadable; ///< why its condition cannot be evaluated at all
        std::string problem; ///< the last one
        std::uint64_t hits = 0;
        bool isSpent = false;
        bool needsState = false;
        bool isOfState = false; ///< `changed` is
        /// What `changed` had at the step before, of a state by agent; not there: nothing.
        std::unordered_map<std::string, std::string> last;
    };

    void compile(std::size_t index);
    void index();
    std::optional<BreakpointHit>
    matchOne(std::size_t index, const StopPoint& point, tracestore::QuerySubject& subject);
    bool isChanged(Entry& entry,
                   const Breakpoint& breakpoint,
                   const StopPoint& point,
                   tracestore::QuerySubject& subject,
                   BreakpointHit& hit);
    std::optional<BreakpointHit> hitOf(std::size_t index, BreakpointHit hit);

    static std::string keyOfLast(const Entry& entry, const StopPoint& point)
    {
        return entry.isOfState ? point.id.agent : std::string();
    }

    std::vector<Breakpoint> list;
    std::vector<Entry> entries; ///< as in `list`
    ConditionPool pool;
    BreakpointIndex byKind;
    std::vector<std::uint32_t> candidates; ///< kept, so that a moment allocates nothing
};

void BreakpointSet::Data::compile(std::size_t index)
{
    const Breakpoint& breakpoint = list[index];
    Entry& entry = entries[index];
    if (const auto problem = conditionProblem(breakpoint)) {
        entry.unreadable = problem->message;
        entry.problem = problem->message;
        return;
    }
    const auto condition = tracestore::Query::parse(breakpoint.condition);
    if (condition.query && !condition.query->isEmpty())
        entry.condition = pool.add(*condition.query);
    if (!breakpoint.changed.empty()) {
        if (auto field = Expression::parse(changedField(breakpoint)))
            entry.changed = std::move(*field);
    }
    entry.isOfState = entry.changed && entry.changed->asksFor(FieldId::State);
    entry.needsState = (entry.condition && pool.asksFor(*entry.condition, FieldId::State))
        || entry.isOfState || logsField(breakpoint, FieldId::State);
}

void BreakpointSet::Data::index()
{
    byKind.clear();
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Entry& entry = entries[i];
        if (!list[i].isEnabled || entry.isSpent)
            continue;
        // One that compares with the step before has to see all steps of its scope.
        const auto narrowing = entry.changed ? std::nullopt : entry.condition;
        byKind.add(static_cast<std::uint32_t>(i), list[i], &pool, narrowing);
    }
}

BreakpointSet::BreakpointSet()
    : m_data(std::make_unique<Data>())
{ }

BreakpointSet::~BreakpointSet() = default;

void BreakpointSet::set(std::vector<Breakpoint> breakpoints)
{
    const std::vector<Breakpoint> oldList = std::move(m_data->list);
    const std::vector<Data::Entry> oldEntries = std::move(m_data->entries);
    std::unordered_map<BreakpointId, std::size_t> old;
    for (std::size_t i = 0; i < oldList.size(); ++i)
        old[oldList[i].id] = i;
    m_data->list = std::move(breakpoints);
    m_data->entries.assign(m_data->list.size(), {});
    m_data->pool = {};
    for (std::size_t i = 0; i < m_data->list.size(); ++i) {
        m_data->compile(i);
        const Breakpoint& now = m_data->list[i];
        const auto before = old.find(now.id);
        if (before == old.end() || essence(oldList[before->second]) != essence(now))
            continue;
        const Data::Entry& known = oldEntries[before->second];
        m_data->entries[i].hits = known.hits;
        m_data->entries[i].last = known.last;
        m_data->entries[i].problem = known.problem;
        // Whoever enables it again wants it to hit again.
        const bool isEnabledAnew = now.isEnabled && !oldList[before->second].isEnabled;
        m_data->entries[i].isSpent = known.isSpent && !isEnabledAnew;
    }
    m_data->index();
}

const std::vector<Breakpoint>& BreakpointSet::list() const
{
    return m_data->list;
}

const Breakpoint* BreakpointSet::find(BreakpointId id) const
{
    const auto found = std::ranges::find(m_data->list, id, &Breakpoint::id);
    return found == m_data->list.end() ? nullptr : &*found;
}

bool BreakpointSet::waitsFor(StopKind kind) const
{
    return m_data->byKind.has(kind);
}

bool BreakpointSet::needsState(StopKind kind) const
{
    for (std::size_t i = 0; i < m_data->list.size(); ++i) {
        const Breakpoint& breakpoint = m_data->list[i];
        if (breakpoint.kind == kind && breakpoint.isEnabled && !m_data->entries[i].isSpent
            && m_data->entries[i].needsState)
            return true;
    }
    return false;
}

std::vector<BreakpointHit> BreakpointSet::match(const StopPoint& point)
{
    const bool isWaited
        = std::ranges::any_of(point.kinds, [&](StopKind kind) { return m_data->byKind.has(kind); });
    if (!isWaited)
        return {};
    PointSubject subject(point);
    return match(point, subject);
}

std::vector<BreakpointHit> BreakpointSet::match(const StopPoint& point,
                                                tracestore::QuerySubject& subject)
{
    std::vector<std::uint32_t>& candidates = m_data->candidates;
    candidates.clear();
    m_data->pool.beginMoment();
    const StepNames names = namesOf(point);
    for (const StopKind kind : point.kinds)
        m_data->byKind.collect(kind, names, m_data->pool, subject, candidates);
    std::ranges::sort(candidates);
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    std::vector<BreakpointHit> hits;
    bool isAnySpent = false;
    for (const std::uint32_t index : candidates) {
        if (!covers(m_data->list[index].scope, names))
            continue;
        if (auto hit = m_data->matchOne(index, point, subject)) {
            isAnySpent = isAnySpent || m_data->entries[index].isSpent;
            hits.push_back(std::move(*hit));
        }
    }
    if (isAnySpent)
        m_data->index();
    return hits;
}

/// Whether `changed` has another value than before. Of a state both values are at hand; of other
/// fields that of the step before is remembered.
bool BreakpointSet::Data::isChanged(Entry& entry,
                                    const Breakpoint& breakpoint,
                                    const StopPoint& point,
                                    tracestore::QuerySubject& subject,
                                    BreakpointHit& hit)
{
    const auto now = valueAt(*entry.changed, subject);
    if (point.stateBefore != nullptr && entry.isOfState && point.state != nullptr) {
        StopPoint before = point;
        before.state = point.stateBefore;
        PointSubject subjectBefore(before);
        if (valueAt(*entry.changed, subjectBefore) == now)
            return false;
        hit.values.emplace_back(breakpoint.changed, now.value_or("null"));
        return true;
    }
    if (!now)
        return false;
    const std::string last = std::exchange(entry.last[keyOfLast(entry, point)], *now);
    if (last.empty() || last == *now)
        return false;
    hit.values.emplace_back(breakpoint.changed, *now);
    return true;
}

std::optional<BreakpointHit> BreakpointSet::Data::matchOne(std::size_t index,
                                                           const StopPoint& point,
                                                           tracestore::QuerySubject& subject)
{
    const Breakpoint& breakpoint = list[index];
    Entry& entry = entries[index];
    BreakpointHit hit {.id = breakpoint.id, .number = 0, .values = {}, .problem = entry.unreadable};
    if (!entry.unreadable.empty())
        return hitOf(index, std::move(hit));
    if (entry.changed && !isChanged(entry, breakpoint, point, subject, hit))
        return {};
    if (!entry.condition)
        return hitOf(index, std::move(hit));
    const Truth truth = pool.evaluate(*entry.condition, subject);
    if (truth == Truth::Unknown)
        hit.problem = pool.problemOf(*entry.condition, subject);
    if (truth != Truth::True && hit.problem.empty())
        return {};
    for (auto& value : pool.valuesOf(*entry.condition, subject))
        hit.values.push_back(std::move(value));
    return hitOf(index, std::move(hit));
}

/// Counts it. What cannot be evaluated is told at every hit, whatever the rule.
std::optional<BreakpointHit> BreakpointSet::Data::hitOf(std::size_t index, BreakpointHit hit)
{
    Entry& entry = entries[index];
    hit.number = ++entry.hits;
    if (!hit.problem.empty()) {
        entry.problem = hit.problem;
        return hit;
    }
    if (!list[index].hits.accepts(entry.hits))
        return {};
    entry.isSpent = list[index].isOneShot;
    return hit;
}

void BreakpointSet::setProblem(BreakpointId id, std::string problem)
{
    for (std::size_t i = 0; i < m_data->list.size(); ++i) {
        if (m_data->list[i].id == id)
            m_data->entries[i].problem = problem;
    }
}

void BreakpointSet::remember(const StopPoint& point, tracestore::QuerySubject& subject)
{
    const StepNames names = namesOf(point);
    for (std::size_t i = 0; i < m_data->list.size(); ++i) {
        const Breakpoint& breakpoint = m_data->list[i];
        Data::Entry& entry = m_data->entries[i];
        const bool isAsked = entry.changed && breakpoint.isEnabled
            && std::ranges::find(point.kinds, breakpoint.kind) != point.kinds.end()
            && covers(breakpoint.scope, names);
        if (const auto now = isAsked ? valueAt(*entry.changed, subject) : std::nullopt)
            entry.last[Data::keyOfLast(entry, point)] = *now;
    }
}

std::vector<BreakpointTally> BreakpointSet::tallies() const
{
    std::vector<BreakpointTally> tallies;
    for (std::size_t i = 0; i < m_data->list.size(); ++i) {
        const Data::Entry& entry = m_data->entries[i];
        tallies.push_back({.id = m_data->list[i].id,
                           .hits = entry.hits,
                           .problem = entry.problem,
                           .isSpent = entry.isSpent});
    }
    return tallies;
}

void BreakpointSet::resetCounts()
{
    for (Data::Entry& entry : m_data->entries) {
        entry.hits = 0;
        entry.isSpent = false;
        entry.last.clear();
        entry.problem = entry.unreadable;
    }
    m_data->index();
}

} // namespace engine
