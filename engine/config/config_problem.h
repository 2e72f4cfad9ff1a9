#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

/// What is wrong with a configuration, and where.
struct ConfigProblem
{
    std::size_t line = 0; ///< from 1; 0: it is about no place of the file
    std::size_t column = 0; ///< in bytes from 1
    std::string field; ///< `tools[2].timeout`; empty for the whole
    std::string message; ///< what is wrong, what was expected, what to do
    bool isError = true; ///< false: it runs, but hardly as it was meant

    bool operator==(const ConfigProblem&) const = default;
};

/// `file:12:5: tools[2].timeout: message`.
std::string toText(const ConfigProblem& problem, const std::string& file);

/// What is said of a field that is none of those that are known: the one that may be meant, else
/// all.
std::string unknownFieldMessage(std::string_view name, const std::vector<std::string_view>& known);

[[nodiscard]] bool hasErrors(const std::vector<ConfigProblem>& problems);

} // namespace engine
