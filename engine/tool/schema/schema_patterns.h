#pragma once

#include "tracestore/query/text_pattern.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <optional>
#include <string>

namespace engine {

/// Regular expressions by their text; nothing for one that could not be read.
using SchemaPatterns = std::map<std::string, std::optional<tracestore::TextPattern>>;

/// All strings of a schema under `pattern` and all names under `patternProperties`, compiled once.
SchemaPatterns patternsIn(const nlohmann::json& schema);

} // namespace engine
