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
        m_servers.push_back({config, std::move(*pool), {}});
    }
    return {};
}

tracestore::Result<void> ToolServers::addRecorded(const std::vector<McpConfig>& configs,
                                                  const RecordedTools& recorded,
                                                  const std::set<std::string>& live)
{
    for (const McpConfig& config : configs) {
        const auto known = recorded.find(config.name);
        if (live.contains(config.name)) {
            if (auto added = add({config}); !added)
                return added;
        } else if (known != recorded.end()) {
            m_servers.push_back({config, nullptr, known->second});
        } else {
            return tracestore::fail(
                tracestore::ErrorCode::NotFound,
                "The recording does not say which tools the server `" + config.name
                    + "` offered: it was made without that server, or by an older Kymo. Record "
                      "the run anew, or let a tool of it be live.");
        }
    }
    return {};
}

RecordedTools ToolServers::offers() const
{
    RecordedTools offers;
    for (const Server& server : m_servers)
        offers[server.config.name]
            = server.pool == nullptr ? server.recorded : server.pool->tools();
    return offers;
}

void ToolServers::listenTo(McpPool* pool)
{
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
            if (m_isSettled && changed.pool.get() == pool)
                emit offerChanged(changed.config.name, pool->tools());
        }
    });
}

void ToolServers::start(const std::string& name, std::function<void(tracestore::Result<void>)> then)
{
    const auto server = std::ranges::find_if(
        m_servers, [&](const Server& each) { return each.config.name == name; });
    const auto tell = [&](tracestore::Result<void> started) {
        QMetaObject::invokeMethod(
            this, [then, started = std::move(started)] { then(started); }, Qt::QueuedConnection);
    };
    if (server == m_servers.end() || (server->pool && server->pool->state() == State::Ready))
        return tell({});
    if (server->pool == nullptr) {
        const McpConfig& config = server->config;
        if (!config.command.empty() && !isProgram(config.command.front()))
            return tell(tracestore::fail(tracestore::ErrorCode::NotFound,
                                         "The server of tools `" + config.name
                                             + "` cannot be started: there is no program `"
                                             + config.command.front() + "`."));
        auto pool = makeMcpPool(config, m_variables, m_network);
        if (!pool)
            return tell(tracestore::fail(std::move(pool.error()).in(config.name)));
        server->pool = std::move(*pool);
        listenTo(server->pool.get());
        server->pool->open();
    }
    m_starting.emplace(name, std::move(then));
    QMetaObject::invokeMethod(this, &ToolServers::onStateChanged, Qt::QueuedConnection);
}

/// Those who wait for a server hear of it once it is known how it is.
void ToolServers::tellStarted()
{
    std::vector<std::pair<std::function<void(tracestore::Result<void>)>, bool>> told;
    for (Server& server : m_servers) {
        const bool isReady = server.pool != nullptr && server.pool->state() == State::Ready;
        const bool isFailed = server.pool != nullptr && server.pool->state() == State::Failed;
        const auto [begin, end] = m_starting.equal_range(server.config.name);
        if ((!isReady && !isFailed) || begin == end)
            continue;
        for (ToolBox* box : m_boxes) {
            if (isReady)
                offer(server, *box);
        }
        for (auto each = begin; each != end; ++each)
            told.emplace_back(std::move(each->second), isReady);
        m_starting.erase(begin, end);
    }
    for (const auto& [then, isReady] : told)
        then(isReady ? tracestore::Result<void>()
                     : tracestore::fail(tracestore::ErrorCode::Io,
                                        "The server of tools did not start. The console has what "
                                        "it said."));
}

void ToolServers::open()
{
    for (const Server& server : m_servers) {
        if (server.pool == nullptr)
            continue;
        listenTo(server.pool.get());
        server.pool->open();
    }
    const bool isNoneStarted = std::ranges::all_of(
        m_servers, [](const Server& server) { return server.pool == nullptr; });
    if (isNoneStarted)
        QMetaObject::invokeMethod(this, &ToolServers::onStateChanged, Qt::QueuedConnection);
}

void ToolServers::onStateChanged()
{
    tellStarted();
    const auto all = [this](auto... states) {
        return std::ranges::all_of(m_servers, [&](const Server& server) {
            return server.pool == nullptr || ((server.pool->state() == states) || ...);
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
        if (server.pool != nullptr && server.pool->state() == State::Failed)
            names.push_back(server.config.name);
    }
    return names;
}

void ToolServers::offerTo(ToolBox& box)
{
    m_boxes.push_back(&box);
    for (Server& server : m_servers) {
        if (server.pool != nullptr)
            server.pool->refreshTools();
        offer(server, box);
    }
}

void ToolServers::offer(Server& server, ToolBox& box)
{
    const std::vector<McpToolInfo>& tools
        = server.pool == nullptr ? server.recorded : server.pool->tools();
    for (const std::string& left : offerMcpTools(box, server.config, tools, server.pool.get()))
        emit logged(QString::fromStdString(server.config.name + ": the tool " + left
                                           + " could not be offered: its name is taken, or no "
                                             "model would take it."));
}

void ToolServers::close(std::function<void()> then)
{
    m_closed = std::move(then);
    for (const Server& server : m_servers) {
        if (server.pool != nullptr)
            server.pool->close();
    }
    QMetaObject::invokeMethod(this, &ToolServers::onStateChanged, Qt::QueuedConnection);
}

} // namespace engine
