#pragma once

#include "engine/config/secret.h"
#include "tracestore/base/result.h"

#include <QProcessEnvironment>

#include <string>

namespace engine {

/// Where keys are kept. One thread.
class KeyStore
{
public:
    KeyStore() = default;
    KeyStore(const KeyStore&) = delete;
    KeyStore& operator=(const KeyStore&) = delete;
    virtual ~KeyStore() = default;

    /// The key of an environment variable. NotFound where it is not set, with a sentence that says
    /// what to do and never holds a key.
    [[nodiscard]] virtual tracestore::Result<Secret> ofVariable(const std::string& name) const = 0;

    /// The key of an entry.
    [[nodiscard]] virtual tracestore::Result<Secret> ofEntry(const std::string& name) const = 0;
};

/// Keys from the environment alone. The entry `my-gpu` is the variable KYMO_KEY_MY_GPU.
class EnvironmentKeys : public KeyStore
{
public:
    explicit EnvironmentKeys(QProcessEnvironment environment)
        : m_environment(std::move(environment))
    { }

    [[nodiscard]] tracestore::Result<Secret> ofVariable(const std::string& name) const override;
    [[nodiscard]] tracestore::Result<Secret> ofEntry(const std::string& name) const override;

private:
    QProcessEnvironment m_environment;
};

} // namespace engine
