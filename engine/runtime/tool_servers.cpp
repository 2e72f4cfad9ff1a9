#include "engine/runtime/tool_servers.h"

#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>

namespace engine {

using State = McpPool::State;

namespace {

    bool isProgram(const std::string& command)
    {
        const QString name = QString::fromStdString(command);
        return name.contains(u'/') ? QFileInfo(name).isExecutable()
                                   : !QStandardPaths::findExecutable(name).isEmpty();
    }

} // namespace

ToolServers::ToolServers(ToolBox::SecretLookup variables, QNetworkAccessManager& network)
    : m_variables(std::move(variables))
    , m_network(network)
{ }

ToolServers::~ToolServers() = default;

tracestore::Result<void> ToolServers::add(const std::vector<McpConfig>& configs)
{
    for (const McpConfig& config : configs) {
        if (!config.command.empty() && !isProgram(config.command.front()))
            return tracestore::fail(
                tracestore::ErrorCode::NotFound,
                "The server of tools `" + config.name + "` cannot be started: there is no program `"
                    + config.command.front() + "`. Install it, or correct `command`.");
        auto pool = makeMcpPool(config, m_variables, m_network);
        if (!pool)
            return tracestore::fail(std::move(pool.error()).in(config.name));
        m_servers.push_back({config, std::move(*pool)});
    }
    return {};
}

void ToolServers::open()
{
    for (const Server& server : m_servers) {
        McpPool* pool = server.pool.get();
        connect(pool, &McpPool::stateChanged, this, &ToolServers::onStateChanged);
        connect(pool, &McpPool::logged, this, [this, pool](const QString& line) {
            emit logged(QString::fromStdString(pool->name()) + QStringLiteral(": ") + line);
        });
        connect(pool, &McpPool::toolsChanged, this, [this, pool] {
            for (Server& changed : m_servers) {
                for (ToolBox* box : m_boxes) {
                    if (changed.pool.get() == pool)
                        offer(changed, *box);
                }
            }
        });
        pool->open();
    }
    if (m_servers.empty())
        QMetaObject::invokeMethod(this, &ToolServers::onStateChanged, Qt::QueuedConnection);
}

void ToolServers::onStateChanged()
{
    const auto all = [this](auto... states) {
        return std::ranges::all_of(m_servers, [&](const Server& server) {
            return ((server.pool->state() == states) || ...);
        });
    };
    if (!m_isSettled && all(State::Ready, State::Failed)) {
        m_isSettled = true;
        emit settled();
    }
    if (m_closed && all(State::Closed, State::Failed))
        std::exchange(m_closed, nullptr)();
}

std::vector<std::string> ToolServers::failed() const
{
    std::vector<std::string> names;
    for (const Server& server : m_servers) {
        if (server.pool->state() == State::Failed)
            names.push_back(server.config.name);
    }
    return names;
}

void ToolServers::offerTo(ToolBox& box)
{
    m_boxes.push_back(&box);
    for (Server& server : m_servers) {
        server.pool->refreshTools();
        offer(server, box);
    }
}

void ToolServers::offer(Server& server, ToolBox& box)
{
    for (const std::string& left : offerMcpTools(box, server.config, *server.pool))
        emit logged(QString::fromStdString(server.config.name + ": the tool " + left
                                           + " could not be offered: its name is taken, or no "
                                             "model would take it."));
}

void ToolServers::close(std::function<void()> then)
{
    m_closed = std::move(then);
    for (const Server& server : m_servers)
        server.pool->close();
    QMetaObject::invokeMethod(this, &ToolServers::onStateChanged, Qt::QueuedConnection);
}

} // namespace engine
