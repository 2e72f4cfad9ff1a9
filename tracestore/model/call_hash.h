#pragma once

#include "tracestore/base/hash.h"

#include <string>

namespace tracestore {

/// What a text is compared by at most; long ones are told apart well enough by their beginning.
inline constexpr std::size_t kMaxComparedCall = std::size_t {256} << 10U;

/// JSON with sorted keys and no white space, so that spelling does not matter; other texts as they
/// are.
std::string canonicalArguments(std::string_view arguments);

/// Names a call: equal for the same tool with equal arguments, `arguments` being canonical.
ContentHash callHash(std::string_view tool, std::string_view canonical);

} // namespace tracestore
