#pragma once

#include "engine/breakpoint/condition_pool.h"
#include "engine/breakpoint/step_scope.h"

#include <array>
#include <map>

namespace engine {

/// Which breakpoints could hit at a moment: sorted by kind, and within a kind by a name that has to
/// fit - from the scope, or from the condition (`tool = X`). Never leaves out one that hits.
class BreakpointIndex
{
public:
    void clear();

    /// `condition`: what has to hold; null where there is none or it must not narrow.
    void add(std::uint32_t entry,
             const Breakpoint& breakpoint,
             const ConditionPool* pool,
             std::optional<ConditionPool::ConditionId> condition);

    [[nodiscard]] bool has(StopKind kind) const
    {
        return m_kinds[static_cast<std::size_t>(kind)].isUsed;
    }

    /// Appends the candidates, each once, in no order.
    void collect(StopKind kind,
                 const StepNames& names,
                 ConditionPool& pool,
                 tracestore::QuerySubject& subject,
                 std::vector<std::uint32_t>& to) const;

private:
    /// Entries by a number that a field must be beyond: `args.amount > 500`.
    struct Thresholds
    {
        std::multimap<double, std::uint32_t> above; ///< > and >=
        std::multimap<double, std::uint32_t> below; ///< < and <=
    };

    /// Entries that names have let through.
    struct Bucket
    {
        std::vector<std::uint32_t> open;
        std::unordered_map<std::uint32_t, Thresholds> bySlot;
    };

    using Named = std::unordered_map<std::string, Bucket>;

    struct Kind
    {
        bool isUsed = false;
        Bucket open;
        Named byTool;
        Named byModel;
        Named byAgent;
        Named bySession;
    };

    static void
    put(std::uint32_t entry, Bucket& bucket, const std::vector<ConditionPool::Required>& required);
    static void collect(const Bucket& bucket,
                        ConditionPool& pool,
                        tracestore::QuerySubject& subject,
                        std::vector<std::uint32_t>& to);

    std::array<Kind, 16> m_kinds;
};

} // namespace engine
