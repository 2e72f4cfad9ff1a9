#include "engine/policy/shared_policy_state.h"

namespace engine {

const AnswerStore::Entry* AnswerStore::find(const std::string& key)
{
    const auto found = m_places.find(key);
    if (found == m_places.end())
        return nullptr;
    m_entries.splice(m_entries.begin(), m_entries, found->second);
    return &*found->second;
}

void AnswerStore::store(std::string key, Outcome outcome, tracestore::Timestamp now)
{
    if (const auto found = m_places.find(key); found != m_places.end()) {
        m_entries.erase(found->second);
        m_places.erase(found);
    }
    m_entries.push_front({key, std::move(outcome), now});
    m_places.emplace(std::move(key), m_entries.begin());
    if (m_entries.size() > m_most) {
        m_places.erase(m_entries.back().key);
        m_entries.pop_back();
    }
}

} // namespace engine
