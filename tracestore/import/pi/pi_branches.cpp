#include "tracestore/import/pi/pi_branches.h"

namespace tracestore {
namespace {

    class BranchMarker
    {
    public:
        BranchMarker(const std::vector<PiEntry>& entries, TraceBuilder& builder)
            : m_entries(entries)
            , m_builder(builder)
            , m_isActive(entries.size())
            , m_branchOf(entries.size())
        { }

        void run()
        {
            for (std::uint32_t at = static_cast<std::uint32_t>(m_entries.size()) - 1;
                 at != PiEntry::kNone;
                 at = m_entries[at].parent)
                m_isActive[at] = true;
            for (std::uint32_t i = 0; i < m_entries.size(); ++i) {
                if (!m_isActive[i])
                    mark(i);
            }
        }

    private:
        void mark(std::uint32_t index)
        {
            const PiEntry& entry = m_entries[index];
            if (entry.parent == PiEntry::kNone)
                return;
            const BranchId above = m_branchOf[entry.parent];
            const bool goesOn
                = above.isValid() && (!entry.isTalk || m_tail[above.index()] == entry.parent);
            if (goesOn)
                m_branchOf[index] = above;
            else if (entry.isTalk)
                m_branchOf[index] = add(entry, above);
            const BranchId branch = m_branchOf[index];
            if (!branch.isValid())
                return;
            // What is no talk can stand between two messages of one line.
            if (entry.isTalk || m_tail[branch.index()] == entry.parent)
                m_tail[branch.index()] = index;
            for (std::uint32_t span = entry.firstSpan; span < entry.endSpan; ++span)
                m_builder.columns().branch.set(span, branch);
        }

        BranchId add(const PiEntry& first, BranchId parent)
        {
            const SpanColumns& columns = m_builder.columns();
            const bool hasName = first.endSpan > first.firstSpan;
            const BranchId branch = m_builder.addBranch(
                {.name = hasName ? std::string(m_builder.text(columns.name[first.firstSpan]))
                                 : std::string(),
                 .parent = parent,
                 .forkedAt = spanAbove(first.parent),
                 .isActive = false});
            m_tail.resize(branch.index() + 1, PiEntry::kNone);
            return branch;
        }

        /// The last step at or above an entry. Some entries have none, so it may be far up; what
        /// was found is kept, or many forks below one long chain would take for ever.
        SpanId spanAbove(std::uint32_t entry)
        {
            m_spanAbove.resize(m_entries.size());
            std::vector<std::uint32_t> walked;
            SpanId found;
            while (entry != PiEntry::kNone && !found.isValid()) {
                const PiEntry& at = m_entries[entry];
                found = at.endSpan > at.firstSpan ? SpanId(at.endSpan - 1) : m_spanAbove[entry];
                walked.push_back(entry);
                entry = at.parent;
            }
            for (const std::uint32_t below : walked)
                m_spanAbove[below] = found;
            return found;
        }

        const std::vector<PiEntry>& m_entries;
        TraceBuilder& m_builder;
        std::vector<bool> m_isActive;
        std::vector<BranchId> m_branchOf;
        std::vector<std::uint32_t> m_tail; ///< by branch: its last entry
        std::vector<SpanId> m_spanAbove;
    };

} // namespace

void markPiBranches(const std::vector<PiEntry>& entries, TraceBuilder& builder)
{
    if (!entries.empty())
        BranchMarker(entries, builder).run();
}

} // namespace tracestore
