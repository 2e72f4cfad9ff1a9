#pragma once

#include "engine/breakpoint/stop_kind.h"

#include <string>
#include <string_view>

namespace engine {

/// Whether a kind is about a single step, which can be answered instead of being made.
bool isOfOneStep(StopKind kind);

/// Why an edit of this path makes no sense at this kind of moment; empty: it does. The paths are
/// told in README.md.
std::string problemOfEdit(std::string_view path, StopKind kind);

/// Which paths make sense there, as a sentence.
std::string editPathHint(StopKind kind);

} // namespace engine
