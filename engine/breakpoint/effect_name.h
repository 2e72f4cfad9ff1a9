#pragma once

#include "engine/effect/effect.h"

#include <optional>
#include <string_view>

namespace engine {

/// The effect of a name that EffectId::toText() gave; nothing for other texts.
std::optional<EffectId> effectIdOf(std::string_view text);

} // namespace engine
