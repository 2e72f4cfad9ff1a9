#pragma once

#include "engine/config/secret.h"
#include "tracestore/base/result.h"

#include <QObject>

#include <functional>
#include <string>

namespace engine {

/// The key store of the desktop. It may have to be unlocked by its user first, so every answer
/// comes later, from the event loop, and may come never: whoever asks has a deadline of his own.
/// An answer for a `receiver` that has gone is dropped. Lives on one thread, that of its callers.
class KeyVault
{
public:
    enum class State : std::uint8_t
    {
        Missing, ///< nobody keeps keys in this session
        Locked, ///< reading and writing will ask the user
        Open
    };

    using OnState = std::function<void(State)>;
    using OnKey = std::function<void(tracestore::Result<Secret>)>;
    using OnDone = std::function<void(tracestore::Result<void>)>;

    KeyVault() = default;
    KeyVault(const KeyVault&) = delete;
    KeyVault& operator=(const KeyVault&) = delete;
    virtual ~KeyVault() = default;

    /// Whether there is one. Never asks the user.
    virtual void look(QObject& receiver, OnState then) = 0;

    /// NotFound: there is no such entry.
    virtual void read(const std::string& entry, QObject& receiver, OnKey then) = 0;

    /// In the place of the key that was there, if any.
    virtual void write(const std::string& entry, const Secret& key, QObject& receiver, OnDone then)
        = 0;

    /// Done, too, where there is no such entry.
    virtual void remove(const std::string& entry, QObject& receiver, OnDone then) = 0;
};

/// What to say where there is none.
inline constexpr const char* kNoKeyVault
    = "No key store answers in this session: there is no secret service such as GNOME Keyring or "
      "KWallet. Keys come from environment variables.";

} // namespace engine
