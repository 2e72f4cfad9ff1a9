#include "tracestore/compare/compared_spans.h"

#include "tracestore/recording/run_span_words.h"

#include <algorithm>
#include <limits>
#include <map>

namespace tracestore {
namespace {

    /// How far each line of a conversation belongs to a branch: by branch (none is the trunk) the
    /// last place in the pre-order.
    using Ends = std::map<BranchId, std::size_t>;

    Ends endsOf(const Trace& trace, BranchId branch)
    {
        Ends ends;
        std::size_t end = std::numeric_limits<std::size_t>::max();
        // A line that comes back to itself ends there.
        while (branch.isValid() && branch.index() < trace.branches().size()
               && ends.try_emplace(branch, end).second) {
            const Branch& line = trace.branches()[branch.index()];
            if (line.forkedAt.isValid())
                end = std::min(end, trace.preOrderIndex(line.forkedAt));
            branch = line.parent;
        }
        ends.try_emplace(BranchId(), end);
        return ends;
    }

} // namespace

std::vector<SpanId> comparedSpans(const ComparedTrace& side)
{
    const Trace& trace = *side.trace;
    const Ends ends = side.branch ? endsOf(trace, *side.branch) : Ends();
    std::vector<SpanId> spans;
    for (const SpanId span : trace.preOrder()) {
        if (side.session && trace.sessionOf(span) != *side.session)
            continue;
        if (trace.kind(span) == SpanKind::Event && isNoteOfRun(trace.name(span)))
            continue;
        if (side.branch) {
            // What holds the branches together is of all of them.
            const BranchId branch = trace.branchOf(span);
            const bool isAround = !branch.isValid() && trace.descendantCount(span) > 0;
            const auto end = ends.find(branch);
            if (!isAround && (end == ends.end() || trace.preOrderIndex(span) > end->second))
                continue;
        }
        spans.push_back(span);
    }
    return spans;
}

} // namespace tracestore
