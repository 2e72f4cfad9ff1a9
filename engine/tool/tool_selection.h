#pragma once

#include "engine/wire/chat.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace engine {

/// The tools that are most alike to a query in their words, at most `most` of them, in the order in
/// which they were given. Likeness is Okapi BM25 over the words of name, description and argument
/// names, with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza, "The Probabilistic Relevance
/// Framework: BM25 and Beyond", 2009). A word counts by its stem as far as English plurals go. Of
/// equals, and where no word is shared, the first are taken, so that equal inputs offer equal
/// tools.
std::vector<std::size_t>
toolsLike(std::string_view query, std::span<const ToolDefinition> tools, std::size_t most);

} // namespace engine
