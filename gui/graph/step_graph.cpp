#include "gui/graph/step_graph.h"

#include "tracestore/base/hash.h"

namespace gui {

GraphKey keyBelow(GraphKey above, std::string_view word)
{
    return tracestore::chainedChecksum(above, word);
}

GraphKey keyBelow(GraphKey above, std::uint64_t number)
{
    char bytes[sizeof number];
    for (std::size_t i = 0; i < sizeof number; ++i)
        bytes[i] = static_cast<char>((number >> (8 * i)) & 0xFFU);
    return tracestore::chainedChecksum(above, {bytes, sizeof bytes});
}

std::uint32_t StepGraph::at(const std::vector<std::uint32_t>& places, tracestore::SpanId span) const
{
    if (!span.isValid() || span.index() >= trace().spanCount())
        return kNoIndex;
    const std::size_t place = trace().preOrderIndex(span);
    if (place < m_data.firstSpan || place - m_data.firstSpan >= places.size())
        return kNoIndex;
    return places[place - m_data.firstSpan];
}

} // namespace gui
