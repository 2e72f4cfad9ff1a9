#pragma once

#include "engine/config/key_vault.h"

namespace engine {

/// The Secret Service of the user's session (GNOME Keyring, KWallet, KeePassXC) by way of
/// QtKeychain. One thread only in the whole program, with an event loop of GLib's, as all threads
/// of Qt have it on Linux: the library below keeps one queue.
class DesktopVault : public KeyVault
{
public:
    /// Entries are kept under this name, beside which other programs have theirs.
    static constexpr const char* kService = "kymo";

    void look(QObject& receiver, OnState then) override;
    void read(const std::string& entry, QObject& receiver, OnKey then) override;
    void
    write(const std::string& entry, const Secret& key, QObject& receiver, OnDone then) override;
    void remove(const std::string& entry, QObject& receiver, OnDone then) override;
};

} // namespace engine
