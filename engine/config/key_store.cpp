#include "engine/config/key_store.h"

namespace engine {

using tracestore::Error;
using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    std::string notSet(const std::string& variable)
    {
        return "The environment variable " + variable + " is not set.";
    }

    std::string setEntry(const std::string& entry)
    {
        return "There is no key named `" + entry + "`. Set the environment variable "
            + variableOfEntry(entry) + " to it.";
    }

    /// A line break at the end comes from files that were read into the variable.
    Secret trimmedKey(const std::string& value)
    {
        return Secret(QString::fromStdString(value).trimmed().toStdString());
    }

} // namespace

Result<Secret> EnvironmentKeys::ofVariable(const std::string& name) const
{
    Secret key = trimmedKey(m_environment.value(QString::fromStdString(name)).toStdString());
    if (key.isEmpty())
        return tracestore::fail(ErrorCode::NotFound,
                                notSet(name) + " Set it to the key of the provider.");
    return key;
}

Result<Secret> EnvironmentKeys::ofEntry(const std::string& name) const
{
    auto key = ofVariable(variableOfEntry(name));
    if (!key)
        return tracestore::fail(ErrorCode::NotFound, setEntry(name));
    return key;
}

std::vector<std::string> RunKeys::missing(const std::vector<KeyNeed>& needs) const
{
    std::vector<std::string> entries;
    for (const KeyNeed& need : needs) {
        const auto value = m_environment(need.variable());
        if (!value || trimmedKey(*value).isEmpty())
            entries.push_back(need.name);
    }
    return entries;
}

void RunKeys::setFetched(std::map<std::string, Secret> keys, std::string problem)
{
    m_fetched = std::move(keys);
    m_problem = std::move(problem);
    m_hasAsked = true;
}

std::optional<Secret> RunKeys::find(const KeyNeed& need) const
{
    if (const auto value = m_environment(need.variable())) {
        if (Secret key = trimmedKey(*value); !key.isEmpty())
            return key;
    }
    const auto fetched = m_fetched.find(need.name);
    if (fetched == m_fetched.end())
        return {};
    return fetched->second;
}

Error RunKeys::notFound(const KeyNeed& need) const
{
    const std::string base = need.isEntry ? setEntry(need.name) : notSet(need.name);
    if (!m_hasAsked)
        return {ErrorCode::NotFound,
                need.isEntry ? base : base + " Set it to the key of the provider.",
                {}};
    if (!m_problem.empty())
        return {ErrorCode::NotFound, base + ' ' + m_problem, {}};
    return {ErrorCode::NotFound,
            base
                + " The key store of the desktop has no such key either: it is stored on the page "
                  "of agents.",
            {}};
}

Result<Secret> RunKeys::ofVariable(const std::string& name) const
{
    const KeyNeed need {name, false, {}, {}};
    if (auto key = find(need))
        return std::move(*key);
    return tracestore::fail(notFound(need));
}

Result<Secret> RunKeys::ofEntry(const std::string& name) const
{
    const KeyNeed need {name, true, {}, {}};
    if (auto key = find(need))
        return std::move(*key);
    return tracestore::fail(notFound(need));
}

std::optional<std::string> RunKeys::valueOf(const std::string& variable) const
{
    const auto value = m_environment(variable);
    const auto fetched = m_fetched.find(variable);
    const bool isSet = value && !trimmedKey(*value).isEmpty();
    if (isSet || fetched == m_fetched.end())
        return value;
    return fetched->second.reveal();
}

} // namespace engine
