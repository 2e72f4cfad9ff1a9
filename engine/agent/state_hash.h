#pragma once

#include "tracestore/base/hash.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>

namespace engine {

// A state is hashed member by member, an array item by item: where a list grows, its new hash costs
// the new items only.

/// The hash of a member that is no array.
tracestore::ContentHash hashOfValue(const std::string& text);

/// The hash of an array: begins with that of an empty one and takes each item in by its text.
tracestore::ContentHash hashOfEmptyList();
tracestore::ContentHash hashWithItem(const tracestore::ContentHash& before,
                                     const std::string& text);

/// The hash of a state from those of its members.
tracestore::ContentHash
hashOfState(const std::map<std::string, tracestore::ContentHash>& memberHashes);

/// The same from the whole value, by which what was recorded is verified.
tracestore::ContentHash hashOfState(const nlohmann::json& state);

} // namespace engine
