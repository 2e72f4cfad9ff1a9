#include "engine/branch/short_text.h"

#include <algorithm>

namespace engine {

std::string shortText(std::string text, std::size_t most)
{
    std::ranges::replace(text, '\n', ' ');
    if (text.size() <= most)
        return text;
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end; // not within a character
    return text.substr(0, end) + "…";
}

} // namespace engine
