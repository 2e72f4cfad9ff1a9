#include "engine/provider/script_fields.h"

#include "tracestore/base/json_io.h"

#include <algorithm>
#include <cmath>

namespace engine {

using nlohmann::json;
using tracestore::Duration;
using tracestore::ErrorCode;

void ScriptProblem::add(const std::string& pointer, const std::string& message)
{
    if (!m_error)
        m_error
            = tracestore::Error {ErrorCode::Invalid,
                                 m_file + ": " + (pointer.empty() ? "/" : pointer) + ": " + message,
                                 {}};
}

std::string describe(const json& value)
{
    if (value.is_object())
        return "an object";
    if (value.is_array())
        return "a list";
    return tracestore::toJsonText(value);
}

ScriptFields::ScriptFields(const json& value,
                           std::string pointer,
                           ScriptProblem& problem,
                           std::initializer_list<std::string_view> known)
    : m_pointer(std::move(pointer))
    , m_problem(problem)
{
    if (!value.is_object()) {
        m_problem.add(m_pointer, "expected an object, but it is " + describe(value));
        return;
    }
    m_object = &value;
    for (const auto& [key, ignored] : value.items()) {
        if (std::ranges::find(known, key) != known.end())
            continue;
        std::string names;
        for (const std::string_view name : known)
            names.append(names.empty() ? "" : ", ").append(name);
        m_problem.add(pointerTo(key), "there is no field of this name here; known are " + names);
    }
}

const json* ScriptFields::find(std::string_view key) const
{
    if (m_object == nullptr)
        return nullptr;
    const auto found = m_object->find(key);
    return found == m_object->end() ? nullptr : &*found;
}

std::string ScriptFields::pointerTo(std::string_view key) const
{
    return m_pointer + '/' + std::string(key);
}

std::string ScriptFields::text(std::string_view key) const
{
    const json* value = find(key);
    if (value == nullptr)
        return {};
    if (value->is_string())
        return value->get<std::string>();
    m_problem.add(pointerTo(key), "expected a text, but it is " + describe(*value));
    return {};
}

std::optional<bool> ScriptFields::truth(std::string_view key) const
{
    const json* value = find(key);
    if (value == nullptr)
        return {};
    if (value->is_boolean())
        return value->get<bool>();
    m_problem.add(pointerTo(key), "expected true or false, but it is " + describe(*value));
    return {};
}

std::optional<double> ScriptFields::number(std::string_view key, double least) const
{
    const json* value = find(key);
    if (value == nullptr)
        return {};
    if (value->is_number() && value->get<double>() >= least)
        return value->get<double>();
    m_problem.add(pointerTo(key),
                  "expected a number of at least " + tracestore::toJsonText(json(least))
                      + ", but it is " + describe(*value));
    return {};
}

std::optional<std::size_t> ScriptFields::count(std::string_view key, std::size_t least) const
{
    const json* value = find(key);
    if (value == nullptr)
        return {};
    if (value->is_number_unsigned() && value->get<std::size_t>() >= least)
        return value->get<std::size_t>();
    m_problem.add(pointerTo(key),
                  "expected a whole number of at least " + std::to_string(least) + ", but it is "
                      + describe(*value));
    return {};
}

Duration ScriptFields::milliseconds(std::string_view key) const
{
    constexpr double kNsPerMs = 1e6;
    constexpr double kLongest = 86'400'000; // a day
    return {std::llround(std::min(number(key, 0).value_or(0), kLongest) * kNsPerMs)};
}

std::vector<std::string> ScriptFields::texts(std::string_view key) const
{
    std::vector<std::string> texts;
    for (const auto& [pointer, value] : elements(key)) {
        if (value->is_string())
            texts.push_back(value->get<std::string>());
        else
            m_problem.add(pointer, "expected a text, but it is " + describe(*value));
    }
    return texts;
}

std::vector<std::pair<std::string, const json*>> ScriptFields::elements(std::string_view key) const
{
    std::vector<std::pair<std::string, const json*>> elements;
    const json* value = find(key);
    if (value == nullptr)
        return elements;
    if (!value->is_array())
        return {{pointerTo(key), value}};
    for (std::size_t i = 0; i < value->size(); ++i)
        elements.emplace_back(pointerTo(key) + '/' + std::to_string(i), &(*value)[i]);
    return elements;
}

} // namespace engine
