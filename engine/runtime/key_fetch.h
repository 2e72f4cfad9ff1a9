#pragma once

#include "engine/config/key_needs.h"
#include "engine/config/key_vault.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace engine {

/// Fetches keys from the key store of the desktop, all of them or until its patience ends. One use.
/// Whoever destroys it hears nothing more. The vault outlives it; its thread.
class KeyFetch : public QObject
{
    Q_OBJECT

public:
    struct Patience
    {
        std::chrono::milliseconds untilTold {700}; ///< before others are told that it takes time
        std::chrono::milliseconds inAll {20'000}; ///< a password has to be typed in it
    };

    /// `mayAsk`: a key store that is locked may ask its user to unlock it. Otherwise it is left
    /// alone.
    KeyFetch(KeyVault& vault, bool mayAsk, Patience patience, QObject* parent = nullptr);

    /// Both signals come from the event loop.
    void start(const std::vector<std::string>& entries);

    [[nodiscard]] const std::map<std::string, Secret>& found() const { return m_found; }

    /// Why entries could not be looked at; empty: those that were not found are not there.
    [[nodiscard]] const std::string& problem() const { return m_problem; }

    [[nodiscard]] KeyVault::State state() const { return m_state; }

signals:
    /// It takes its time, as when its user is asked for a password.
    void waiting();

    /// The last word, once.
    void finished();

private:
    void onLooked(KeyVault::State state);
    void onRead(const std::string& entry, tracestore::Result<Secret> key);
    void finish(const std::string& problem);

    KeyVault& m_vault;
    bool m_mayAsk;
    KeyVault::State m_state = KeyVault::State::Missing;
    std::set<std::string> m_open; ///< asked for, not answered
    std::map<std::string, Secret> m_found;
    std::string m_problem;
    bool m_isFinished = false;
    QTimer m_notice;
    QTimer m_deadline;
};

} // namespace engine
