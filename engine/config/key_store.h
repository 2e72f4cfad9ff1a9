#pragma once

#include "engine/config/key_needs.h"
#include "engine/config/secret.h"
#include "tracestore/base/result.h"

#include <QProcessEnvironment>

#include <functional>
#include <map>
#include <optional>
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

/// The keys of a run: those of the environment, then those that were fetched from the key store of
/// the desktop, where a variable's key has the name of the variable.
class RunKeys : public KeyStore
{
public:
    using Environment = std::function<std::optional<std::string>(const std::string& variable)>;

    explicit RunKeys(Environment environment)
        : m_environment(std::move(environment))
    { }

    /// Those of the needs that the environment does not meet.
    [[nodiscard]] std::vector<std::string> missing(const std::vector<KeyNeed>& needs) const;

    /// What the key store had, and why it could not be asked (empty: it could).
    void setFetched(std::map<std::string, Secret> keys, std::string problem);

    [[nodiscard]] tracestore::Result<Secret> ofVariable(const std::string& name) const override;
    [[nodiscard]] tracestore::Result<Secret> ofEntry(const std::string& name) const override;

    /// As tools and their servers get it: of the environment as it is, white space too.
    [[nodiscard]] std::optional<std::string> valueOf(const std::string& variable) const;

private:
    [[nodiscard]] std::optional<Secret> find(const KeyNeed& need) const;
    [[nodiscard]] tracestore::Error notFound(const KeyNeed& need) const;

    Environment m_environment;
    std::map<std::string, Secret> m_fetched;
    std::string m_problem;
    bool m_hasAsked = false;
};

} // namespace engine
