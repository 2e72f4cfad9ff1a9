#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// The words of a tool's name in lower case: `openFile`, `open_file` and `open-file` are `open`,
/// `file`.
std::vector<std::string> toolWords(std::string_view name);

/// Whether a tool only looks at something, by its name: `get_weather`, `searchFiles`. A guess that
/// says no where it does not know.
bool readsByName(std::string_view name);

/// Whether it runs commands or code, by its name: `bash`, `run_tests`. What it reports as a failure
/// may then be an answer.
bool runsCommands(std::string_view name);

} // namespace tracestore
