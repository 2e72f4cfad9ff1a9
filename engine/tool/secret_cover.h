#pragma once

#include "engine/effect/effect.h"

#include <string>
#include <utility>
#include <vector>

namespace engine {

/// Takes secrets out of what a tool gave: as they are, and as JSON strings, URLs, hexadecimal and
/// base64 write them. Never printed, never copied into a message.
class SecretCover
{
public:
    /// Shorter ones cannot be told from other text.
    static constexpr std::size_t kShortest = 4;

    void add(const std::string& name, const std::string& secret);

    /// With `[secret NAME]` in the place of each.
    [[nodiscard]] std::string masked(std::string text) const;

    void mask(Outcome& outcome) const;

private:
    std::vector<std::pair<std::string, std::string>> m_replacements; ///< longest first
};

} // namespace engine
