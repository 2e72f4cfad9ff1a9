#pragma once

#include "tracestore/provenance/context_window.h"

#include <vector>

namespace tracestore {

/// What became of the messages of a call since the call before.
struct WindowAlignment
{
    struct Fate
    {
        WindowChange change = WindowChange::New;
        std::size_t before = WindowPart::kNoMessage; ///< the one that it was, where there is one
        std::size_t standsFor = 0;
    };

    std::vector<Fate> now; ///< by message
    std::vector<std::size_t> cut; ///< messages of the call before that are gone
    std::size_t common = 0; ///< messages at the front that are as they were
};

/// Messages that are equal belong together, in their order. Between two of those, what is like a
/// message that is gone is that one changed; what stands where several have gone is their
/// compression; all else is new. Linear but for the changed ones.
WindowAlignment alignWindows(const std::vector<const Message*>& before,
                             const std::vector<const Message*>& now);

/// All that a message says, one part after another.
std::string wholeText(const Message& message);

} // namespace tracestore
