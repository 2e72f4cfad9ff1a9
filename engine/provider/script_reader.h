#pragma once

#include "engine/provider/script_rule.h"
#include "tracestore/base/result.h"

namespace engine {

/// The content of a script file.
struct ScriptFile
{
    std::vector<ScriptRule> rules;
    std::map<std::string, nlohmann::json> state;
};

/// Reads a script; comments are allowed. Fails with Invalid at the first thing that is wrong, with
/// the name of the file, where it is (a line, or the pointer to the value), and what was expected.
tracestore::Result<ScriptFile> readScript(std::string_view text, const std::string& name);

} // namespace engine
