#pragma once

#include "engine/config/agent_config.h"
#include "engine/config/config_problem.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <limits>

namespace engine {

/// Problems found so far while a configuration is read; their places come later.
class ConfigReadingLog
{
public:
    void error(std::string field, std::string message)
    {
        m_problems.push_back({0, 0, std::move(field), std::move(message), true});
    }

    std::vector<ConfigProblem> take() { return std::move(m_problems); }

private:
    std::vector<ConfigProblem> m_problems;
};

/// A field of an object in a configuration: from this the reader and the published schema are made,
/// so that they cannot differ.
struct FieldShape
{
    std::string name;
    std::string description;
    bool isRequired = false;
    nlohmann::json schema; ///< of the value

    /// Reads the value into the struct at `object`, which is of the shape's type.
    std::function<void(
        void* object, const nlohmann::json& value, const std::string& path, ConfigReadingLog& log)>
        read;

    FieldShape& required();
    FieldShape& between(double least, double most = std::numeric_limits<double>::max());
    FieldShape& oneOf(const std::vector<std::string>& words);

    /// A check of the value beyond its type: what is wrong, or empty.
    FieldShape& checked(std::function<std::string(const nlohmann::json&)> check);
};

/// The fields of an object.
struct ObjectShape
{
    std::string name; ///< in the schema's $defs
    std::string description;
    std::vector<FieldShape> fields;
};

/// Reads an object field by field: unknown fields, missing ones and values of the wrong type are
/// errors, all of which are told.
void readObject(const ObjectShape& shape,
                void* object,
                const nlohmann::json& value,
                const std::string& path,
                ConfigReadingLog& log);

/// `a string`, `a number` ..., for messages.
std::string_view typeWordOf(const nlohmann::json& value);

/// The shapes of all objects; that of an agent first.
const std::vector<const ObjectShape*>& configShapes();

const ObjectShape& agentShape();

} // namespace engine
