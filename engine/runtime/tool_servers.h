#pragma once

#include "engine/tool/mcp/mcp_tools.h"

#include <QObject>

#include <memory>
#include <vector>

namespace engine {

/// The servers of tools (MCP) of a run: started together, shared by its agents, ended with it.
/// Engine's thread.
class ToolServers : public QObject
{
    Q_OBJECT

public:
    ToolServers(ToolBox::SecretLookup variables, QNetworkAccessManager& network);
    ~ToolServers() override;

    /// Fails where a server could not be started at all, as with a program that is not there; the
    /// message names it.
    tracestore::Result<void> add(const std::vector<McpConfig>& configs);

    /// Starts them; settled() comes once each has told its tools or has failed.
    void open();

    /// The names of those that failed.
    [[nodiscard]] std::vector<std::string> failed() const;

    /// Puts their tools into a box, now and whenever they change. The box outlives the servers'
    /// signals: forget() it before.
    void offerTo(ToolBox& box);

    /// Ends them; `then` is called when no process of theirs is left.
    void close(std::function<void()> then);

signals:
    void settled();
    void logged(const QString& line);

private:
    struct Server
    {
        McpConfig config;
        std::unique_ptr<McpPool> pool;
    };

    void onStateChanged();
    void offer(Server& server, ToolBox& box);

    ToolBox::SecretLookup m_variables;
    QNetworkAccessManager& m_network;
    std::vector<Server> m_servers;
    std::vector<ToolBox*> m_boxes;
    bool m_isSettled = false;
    std::function<void()> m_closed;
};

} // namespace engine
