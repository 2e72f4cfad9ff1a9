#pragma once

#include "engine/replay/replay_policy.h"

#include <span>
#include <string>
#include <string_view>

namespace engine {

/// A kind of text that tends to be another one in each run.
struct VolatileText
{
    std::string_view name; ///< `a date`, `a UUID`
    const char* pattern; ///< RE2
    const char* replacement;
};

/// The kinds that are known, those that hold others first: a time of day with its date.
std::span<const VolatileText> volatileTexts();

/// The first kind by which two texts differ only; null: they differ otherwise.
const VolatileText* volatileDifference(const std::string& recorded, const std::string& now);

/// A normaliser that makes two texts equal, to be looked at by a user: by a known kind, else by the
/// words that differ.
Normaliser suggestedNormaliser(const std::string& name,
                               const std::string& path,
                               const std::string& recorded,
                               const std::string& now);

} // namespace engine
