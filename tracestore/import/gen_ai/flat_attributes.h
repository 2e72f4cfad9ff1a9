#pragma once

#include "tracestore/import/gen_ai/attributes.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

/// The value as parsed JSON; a text stays a text.
nlohmann::json jsonOf(const AttributeValue& value);

/// A text that holds JSON as that, anything else as it is: structured content may come either way.
nlohmann::json unpackedJsonOf(const AttributeValue& value);

/// Puts together what a convention has flattened: `llm.tools.0.tool.name` below the prefix `llm.`
/// becomes {"tools": [{"tool": {"name": ...}}]}. Lists close their gaps. Null where no key begins
/// so.
nlohmann::json unflattened(const Attributes& attributes, std::string_view prefix);

} // namespace tracestore
