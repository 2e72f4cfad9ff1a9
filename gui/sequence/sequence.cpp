#include "gui/sequence/sequence.h"

namespace gui {

std::uint32_t Sequence::itemOf(tracestore::SpanId span) const
{
    if (!span.isValid() || span.index() >= trace->spanCount())
        return SequenceItem::kNone;
    const std::size_t place = trace->preOrderIndex(span);
    if (place < firstSpan || place - firstSpan >= itemOfSpan.size())
        return SequenceItem::kNone;
    return itemOfSpan[place - firstSpan];
}

} // namespace gui
