#pragma once

#include "engine/config/config_problem.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

/// Reads the fields of a JSON file of ours and keeps what makes no sense, each with its field.
class FieldReader
{
protected:
    explicit FieldReader(std::vector<ConfigProblem>& problems)
        : m_problems(problems)
    { }

    void complain(std::string field, std::string message);

    /// `tools.by_name` of `tools` and `by_name`; the first is empty for the file itself.
    static std::string below(const std::string& field, std::string_view name);

    /// Complains of members that have none of these names. `value` is an object.
    void onlyHas(const nlohmann::json& value,
                 const std::string& field,
                 const std::vector<std::string_view>& names);

    /// A member that is a text, or empty where it is not there.
    std::string text(const nlohmann::json& value, const std::string& field, const char* name);

    /// A member that is a whole number from 0 on; nothing where it is not there.
    std::optional<std::int64_t>
    wholeNumber(const nlohmann::json& value, const std::string& field, const char* name);

private:
    std::vector<ConfigProblem>& m_problems;
};

} // namespace engine
