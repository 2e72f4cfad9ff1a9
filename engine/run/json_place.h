#pragma once

#include "tracestore/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace engine {

// Places in JSON values by paths such as `messages[3].text` or `args."a.b"[-1]`; the empty path is
// the whole.

/// The value at a place; null where there is none.
const nlohmann::json* valueAt(const nlohmann::json& whole, std::string_view path);

/// Puts a value at a place. Members that are not there are made, an index may name the place behind
/// the last item. Invalid: why there is no such place.
tracestore::Result<void>
setValueAt(nlohmann::json& whole, std::string_view path, nlohmann::json value);

/// A value as a user writes it: JSON, or a text where it is none.
nlohmann::json writtenValue(const std::string& text);

} // namespace engine
