#pragma once

#include "tracestore/model/ids.h"

#include <charconv>
#include <string_view>

namespace gui {

/// The step that a name such as `#12` means: steps of traces that are not ours are named by their
/// numbers. Invalid where it is another name.
inline tracestore::SpanId numberedSpan(std::string_view name)
{
    if (!name.starts_with('#'))
        return {};
    std::uint32_t number = tracestore::SpanId::kNone;
    const auto read = std::from_chars(name.data() + 1, name.data() + name.size(), number);
    const bool isNumber = read.ec == std::errc() && read.ptr == name.data() + name.size();
    return isNumber ? tracestore::SpanId(number) : tracestore::SpanId();
}

} // namespace gui
