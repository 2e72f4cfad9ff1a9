#include "engine/breakpoint/json_entry.h"

#include <algorithm>

namespace engine {

using nlohmann::json;

JsonEntry::JsonEntry(const json& value)
    : m_json(value)
{
    if (!value.is_object())
        m_problem = "It is no JSON object.";
}

const json* JsonEntry::member(const char* name)
{
    m_asked.emplace_back(name);
    if (!m_json.is_object())
        return nullptr;
    const auto found = m_json.find(name);
    return found == m_json.end() ? nullptr : &*found;
}

void JsonEntry::refuse(const std::string& name, const std::string& wanted)
{
    if (m_problem.empty())
        m_problem = '`' + name + "` has to be " + wanted + '.';
}

void JsonEntry::read(const char* name, std::string& to)
{
    const json* value = member(name);
    if (value != nullptr && value->is_string())
        to = value->get<std::string>();
    else if (value != nullptr)
        refuse(name, "a text");
}

void JsonEntry::read(const char* name, bool& to)
{
    const json* value = member(name);
    if (value != nullptr && value->is_boolean())
        to = value->get<bool>();
    else if (value != nullptr)
        refuse(name, "true or false");
}

void JsonEntry::read(const char* name, double& to)
{
    const json* value = member(name);
    if (value != nullptr && value->is_number())
        to = value->get<double>();
    else if (value != nullptr)
        refuse(name, "a number");
}

tracestore::Result<void> JsonEntry::finished() const
{
    std::string problem = m_problem;
    for (auto at = m_json.begin(); problem.empty() && at != m_json.end(); ++at) {
        if (std::ranges::find(m_asked, at.key()) == m_asked.end())
            problem = "There is no `" + at.key() + "` in it.";
    }
    if (problem.empty())
        return {};
    return tracestore::fail(tracestore::ErrorCode::Invalid, problem);
}

} // namespace engine
