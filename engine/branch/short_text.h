#pragma once

#include <string>

namespace engine {

/// A text in one line of at most so many bytes; what is cut off is an ellipsis.
std::string shortText(std::string text, std::size_t most);

} // namespace engine
