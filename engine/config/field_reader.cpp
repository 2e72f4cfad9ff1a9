#include "engine/config/field_reader.h"

#include <algorithm>

namespace engine {

void FieldReader::complain(std::string field, std::string message)
{
    m_problems.push_back({.field = std::move(field), .message = std::move(message)});
}

std::string FieldReader::below(const std::string& field, std::string_view name)
{
    return field.empty() ? std::string(name) : field + '.' + std::string(name);
}

void FieldReader::onlyHas(const nlohmann::json& value,
                          const std::string& field,
                          const std::vector<std::string_view>& names)
{
    for (const auto& [name, member] : value.items()) {
        if (std::ranges::find(names, name) == names.end())
            complain(below(field, name), unknownFieldMessage(name, names));
    }
}

std::string
FieldReader::text(const nlohmann::json& value, const std::string& field, const char* name)
{
    const auto found = value.find(name);
    if (found == value.end())
        return {};
    if (found->is_string())
        return found->get<std::string>();
    complain(below(field, name), "A text was expected.");
    return {};
}

std::optional<std::int64_t>
FieldReader::wholeNumber(const nlohmann::json& value, const std::string& field, const char* name)
{
    const auto found = value.find(name);
    if (found == value.end())
        return {};
    if (found->is_number_unsigned())
        return found->get<std::int64_t>();
    complain(field + '.' + name, "A whole number was expected.");
    return {};
}

} // namespace engine
