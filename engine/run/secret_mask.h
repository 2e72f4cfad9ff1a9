#pragma once

#include "engine/effect/secret_cover.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine {

/// Puts placeholders in the place of secrets before anybody but the executor sees a text: known
/// values first, then what looks like a key. A placeholder is the same for the same value, so that
/// a replay is the same. One thread.
class SecretMask
{
public:
    /// From now on `value` is written `[secret:NAME]`. Values of less than 8 characters are not
    /// secrets: they would mask half of a text.
    void add(const std::string& name, const std::string& value);

    /// The text without secrets. The same text where it has none, without a copy of its own.
    [[nodiscard]] std::string masked(std::string text) const;

    /// The text with the known secrets put back; for who sends it, and for nobody else.
    [[nodiscard]] std::string revealed(std::string text) const;

    /// All texts of a request or outcome masked.
    void mask(EffectRequest& request) const;
    void mask(Outcome& outcome) const;

private:
    [[nodiscard]] tracestore::MessageChain masked(const tracestore::MessageChain& chain) const;
    bool mask(tracestore::Message& message) const; ///< whether that changed it

    SecretCover m_cover;
    std::vector<std::pair<std::string, std::string>> m_secrets; ///< placeholder and value
    /// The last chain that was found clean, so that a long history is looked through once.
    mutable tracestore::MessageChain m_clean;
};

} // namespace engine
