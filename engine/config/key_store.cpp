#include "engine/config/key_store.h"

#include <algorithm>

namespace engine {

using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    std::string variableOfEntry(const std::string& entry)
    {
        std::string name = "KYMO_KEY_" + entry;
        std::ranges::transform(name, name.begin(), [](char c) {
            if (c >= 'a' && c <= 'z')
                return static_cast<char>(c - 'a' + 'A');
            const bool isPlain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            return isPlain ? c : '_';
        });
        return name;
    }

} // namespace

Result<Secret> EnvironmentKeys::ofVariable(const std::string& name) const
{
    // A line break at the end comes from files that were read into the variable.
    const QString key = m_environment.value(QString::fromStdString(name)).trimmed();
    if (key.isEmpty())
        return tracestore::fail(ErrorCode::NotFound,
                                "The environment variable " + name
                                    + " is not set. Set it to the key of the provider.");
    return Secret(key.toStdString());
}

Result<Secret> EnvironmentKeys::ofEntry(const std::string& name) const
{
    auto key = ofVariable(variableOfEntry(name));
    if (!key)
        return tracestore::fail(ErrorCode::NotFound,
                                "There is no key named `" + name
                                    + "`. Set the environment variable " + variableOfEntry(name)
                                    + " to it.");
    return key;
}

} // namespace engine
