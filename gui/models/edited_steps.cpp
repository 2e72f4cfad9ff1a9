#include "gui/models/edited_steps.h"

#include <algorithm>

namespace gui {

using tracestore::SpanId;
using tracestore::SpanKind;

bool wasEdited(const tracestore::Trace& trace, SpanId span)
{
    const SpanKind kind = trace.kind(span);
    if (kind != SpanKind::Tool && kind != SpanKind::Llm)
        return false;
    constexpr std::size_t kMostAsked = 16;
    const auto below = trace.children(span);
    return std::ranges::any_of(below.first(std::min(below.size(), kMostAsked)), [&](SpanId child) {
        return trace.kind(child) == SpanKind::Event && trace.name(child).starts_with("edit ");
    });
}

} // namespace gui
