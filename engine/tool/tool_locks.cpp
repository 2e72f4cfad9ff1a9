#include "engine/tool/tool_locks.h"

#include "tracestore/base/ensure.h"

#include <algorithm>

namespace engine {

ToolLocks::Claim::~Claim()
{
    m_locks.release(*this);
}

std::unique_ptr<ToolLocks::Claim> ToolLocks::claim(const std::string& name,
                                                   std::function<void()> granted)
{
    std::unique_ptr<Claim> claim(new Claim(*this, name, std::move(granted)));
    m_queues[name].push_back(claim.get());
    if (m_queues[name].size() == 1)
        grantFirst(name);
    return claim;
}

void ToolLocks::grantFirst(const std::string& name)
{
    Claim* first = m_queues[name].front();
    QMetaObject::invokeMethod(
        &first->m_context, [first] { first->m_granted(); }, Qt::QueuedConnection);
}

void ToolLocks::release(const Claim& claim)
{
    const auto queue = m_queues.find(claim.m_name);
    ENSURE(queue != m_queues.end());
    const bool hadLock = queue->second.front() == &claim;
    std::erase(queue->second, &claim);
    if (queue->second.empty())
        m_queues.erase(queue);
    else if (hadLock)
        grantFirst(claim.m_name);
}

} // namespace engine
