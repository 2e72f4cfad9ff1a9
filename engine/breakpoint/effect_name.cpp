#include "engine/breakpoint/effect_name.h"

#include <charconv>

namespace engine {
namespace {

    /// Takes a number off the front.
    bool takeNumber(std::string_view& text, std::uint32_t& to)
    {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
        if (error != std::errc())
            return false;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        return true;
    }

} // namespace

std::optional<EffectId> effectIdOf(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return {};
    EffectId id;
    id.agent = text.substr(0, colon);
    std::string_view rest = text.substr(colon + 1);
    if (!takeNumber(rest, id.turn) || !rest.starts_with('.'))
        return {};
    rest.remove_prefix(1);
    if (!takeNumber(rest, id.ordinal))
        return {};
    if (rest.starts_with('/')) {
        rest.remove_prefix(1);
        // An attempt is digits behind the last dot; names of parts may have dots.
        const std::size_t dot = rest.rfind('.');
        std::string_view digits = dot == std::string_view::npos ? "" : rest.substr(dot + 1);
        if (takeNumber(digits, id.attempt) && digits.empty())
            rest = rest.substr(0, dot);
        else
            id.attempt = 0;
        id.part = rest;
        return id;
    }
    if (rest.empty())
        return id;
    rest.remove_prefix(1);
    if (!takeNumber(rest, id.attempt) || !rest.empty())
        return {};
    return id;
}

} // namespace engine
