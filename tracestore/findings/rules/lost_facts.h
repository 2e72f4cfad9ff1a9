#pragma once

#include "tracestore/model/message.h"

#include <optional>
#include <string>
#include <vector>

namespace tracestore {

/// Results of tools that a summary took the place of, and of which it says nothing.
struct LostFacts
{
    std::vector<std::string> callIds; ///< of the results, as far as they have some
    std::size_t results = 0;
    std::string said; ///< by the first of them
    std::string summary;
};

/// Compares the messages of a model call with those of the call that it goes on from, whose first
/// `common` are the same: what stands there in place of results that are gone, and whether any word
/// or number of them is in it that was not in the messages that stayed. Nothing where there is no
/// summary, where too little was said to tell, or in scripts whose words it cannot tell.
std::optional<LostFacts> lostFacts(const std::vector<const Message*>& before,
                                   std::size_t common,
                                   const std::vector<const Message*>& now);

} // namespace tracestore
