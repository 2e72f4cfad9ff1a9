#include "engine/runtime/key_search.h"

namespace engine {

KeySearch::KeySearch(std::vector<KeyNeed> needs,
                     RunKeys::Environment environment,
                     KeyVault* vault,
                     QObject* parent)
    : QObject(parent)
    , m_missing(RunKeys(std::move(environment)).missing(needs))
{
    for (const KeyNeed& need : needs)
        m_report.places[need.name] = KeyPlace::Environment;
    for (const std::string& name : m_missing)
        m_report.places[name] = vault == nullptr ? KeyPlace::Nowhere : KeyPlace::Unknown;
    if (vault == nullptr)
        return;
    constexpr KeyFetch::Patience kShort {.inAll = std::chrono::seconds(5)};
    m_fetch = std::make_unique<KeyFetch>(*vault, false, kShort);
    connect(m_fetch.get(), &KeyFetch::finished, this, &KeySearch::takeFetched);
}

void KeySearch::start()
{
    if (m_fetch == nullptr)
        QMetaObject::invokeMethod(this, &KeySearch::finished, Qt::QueuedConnection);
    else
        m_fetch->start(m_missing);
}

void KeySearch::takeFetched()
{
    m_report.problem = m_fetch->problem();
    m_report.hasStore = m_fetch->state() != KeyVault::State::Missing;
    for (const std::string& name : m_missing) {
        if (m_fetch->found().contains(name))
            m_report.places[name] = KeyPlace::KeyStore;
        else if (m_report.problem.empty() || !m_report.hasStore)
            m_report.places[name] = KeyPlace::Nowhere;
    }
    emit finished();
}

} // namespace engine
