#include "engine/tool/mcp/mcp_pool.h"

#include <algorithm>
#include <utility>

namespace engine {

McpPool::McpPool(std::vector<std::unique_ptr<McpConnection>> connections, QObject* parent)
    : QObject(parent)
    , m_connections(std::move(connections))
{
    for (std::size_t i = 0; i < m_connections.size(); ++i) {
        McpConnection* connection = m_connections[i].get();
        connect(connection, &McpConnection::stateChanged, this, &McpPool::onStateChanged);
        connect(connection, &McpConnection::toolsChanged, this, &McpPool::onToolsChanged);
        connect(connection, &McpConnection::logged, this, [this, i](const QString& line) {
            emit logged(m_connections.size() == 1 ? line
                                                  : QStringLiteral("[%1] %2").arg(i + 1).arg(line));
        });
    }
}

void McpPool::open()
{
    m_isSettled = false;
    for (const auto& connection : m_connections)
        connection->open();
}

void McpPool::close()
{
    for (const auto& connection : m_connections)
        connection->close();
}

bool McpPool::has(State state) const
{
    return std::ranges::any_of(
        m_connections, [state](const auto& connection) { return connection->state() == state; });
}

McpPool::State McpPool::state() const
{
    if (has(State::Closing))
        return State::Closing;
    if (has(State::Ready) && (m_isSettled || !has(State::Starting)))
        return State::Ready;
    for (const State onItsWay : {State::Starting, State::Waiting, State::Closed}) {
        if (has(onItsWay))
            return onItsWay;
    }
    return State::Failed;
}

void McpPool::onStateChanged()
{
    m_isSettled = m_isSettled || state() == State::Ready;
    emit stateChanged();
}

const std::vector<McpToolInfo>& McpPool::tools() const
{
    for (const auto& connection : m_connections) {
        if (connection->state() == State::Ready)
            return connection->tools();
    }
    for (const auto& connection : m_connections) {
        if (!connection->tools().empty())
            return connection->tools();
    }
    return m_connections.front()->tools();
}

void McpPool::refreshTools()
{
    for (const auto& connection : m_connections)
        connection->refreshTools();
}

void McpPool::onToolsChanged()
{
    // Each process tells of the same tools.
    if (tools() == m_told)
        return;
    m_told = tools();
    emit toolsChanged();
}

McpConnection& McpPool::leastBusy() const
{
    const auto rank = [](const std::unique_ptr<McpConnection>& connection) {
        const State state = connection->state();
        const bool canWait = state == State::Starting || state == State::Waiting;
        return std::pair(state == State::Ready ? 0 : canWait ? 1 : 2, connection->openCalls());
    };
    return **std::ranges::min_element(m_connections, {}, rank);
}

} // namespace engine
