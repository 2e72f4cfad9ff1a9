#include "engine/runtime/key_fetch.h"

namespace engine {

using tracestore::ErrorCode;
using tracestore::Result;

KeyFetch::KeyFetch(KeyVault& vault, bool mayAsk, Patience patience, QObject* parent)
    : QObject(parent)
    , m_vault(vault)
    , m_mayAsk(mayAsk)
{
    m_notice.setSingleShot(true);
    m_notice.setInterval(patience.untilTold);
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(patience.inAll);
    connect(&m_notice, &QTimer::timeout, this, &KeyFetch::waiting);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        const auto seconds
            = std::chrono::ceil<std::chrono::seconds>(m_deadline.intervalAsDuration());
        finish("The key store of the desktop did not answer within "
               + std::to_string(seconds.count())
               + " s. It may be locked: unlock it and try again, or set environment variables.");
    });
}

void KeyFetch::start(const std::vector<std::string>& entries)
{
    m_open.insert(entries.begin(), entries.end());
    m_notice.start();
    m_deadline.start();
    m_vault.look(*this, [this](KeyVault::State state) { onLooked(state); });
}

void KeyFetch::onLooked(KeyVault::State state)
{
    if (m_isFinished)
        return;
    m_state = state;
    if (state == KeyVault::State::Missing)
        return finish(kNoKeyVault);
    if (state == KeyVault::State::Locked && !m_mayAsk)
        return finish("The key store of the desktop is locked; it is asked when a run needs it.");
    if (m_open.empty())
        return finish({});
    const std::set<std::string> entries = m_open;
    for (const std::string& entry : entries)
        m_vault.read(
            entry, *this, [this, entry](Result<Secret> key) { onRead(entry, std::move(key)); });
}

void KeyFetch::onRead(const std::string& entry, Result<Secret> key)
{
    if (m_isFinished)
        return;
    m_open.erase(entry);
    if (key && !key->isEmpty())
        m_found[entry] = std::move(*key);
    else if (!key && key.error().code != ErrorCode::NotFound)
        return finish(key.error().message); // the others fare no better, and would ask again
    if (m_open.empty())
        finish({});
}

void KeyFetch::finish(const std::string& problem)
{
    if (std::exchange(m_isFinished, true))
        return;
    m_notice.stop();
    m_deadline.stop();
    m_problem = problem;
    emit finished();
}

} // namespace engine
