#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace engine::cli {

/// A command of a script, and where it stands.
struct ScriptLine
{
    std::string text;
    std::string file;
    int number = 0; ///< from 1
};

/// The lines of a script. The empty ones count, for their numbers.
std::deque<ScriptLine> scriptLines(std::string_view text, const std::string& file);

} // namespace engine::cli
