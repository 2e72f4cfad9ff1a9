#include "engine/config/secret.h"

namespace engine {

std::string Secret::maskedIn(std::string text) const
{
    constexpr std::string_view kMask = "***";
    if (m_key.empty())
        return text;
    for (std::size_t at = text.find(m_key); at != std::string::npos;
         at = text.find(m_key, at + kMask.size()))
        text.replace(at, m_key.size(), kMask);
    return text;
}

} // namespace engine
