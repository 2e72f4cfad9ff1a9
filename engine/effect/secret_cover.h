#pragma once

#include "engine/effect/effect.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine {

/// Puts placeholders in the place of known secrets: as they are, and as JSON strings, URLs,
/// hexadecimal and base64 write them. Never printed, never copied into a message.
class SecretCover
{
public:
    /// Shorter ones cannot be told from other text.
    static constexpr std::size_t kShortest = 4;

    void add(const std::string& name, const std::string& secret);

    /// With `[secret:NAME]` in the place of each.
    [[nodiscard]] std::string masked(std::string text) const;

    void mask(Outcome& outcome) const;

    /// What stands in the place of a secret of that name.
    [[nodiscard]] static std::string placeholder(std::string_view name);

private:
    std::vector<std::pair<std::string, std::string>> m_replacements; ///< longest first
};

} // namespace engine
