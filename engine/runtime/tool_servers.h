#pragma once

#include "engine/tool/mcp/mcp_tools.h"

#include <QObject>

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace engine {

/// The tools that servers offered, by the names of the servers.
using RecordedTools = std::map<std::string, std::vector<McpToolInfo>>;

/// The servers of tools (MCP) of a run: started together, shared by its agents, ended with it.
/// Engine's thread.
class ToolServers : public QObject
{
    Q_OBJECT

public:
    ToolServers(ToolBox::SecretLookup variables, QNetworkAccessManager& network);
    ~ToolServers() override;

    /// In the place of add(), for a run that is replayed: what the servers offered when it was
    /// recorded, by their names. Those in `live` are started; the others are not, and their tools
    /// cannot be called. NotFound: of one that is not to be started nothing is recorded.
    tracestore::Result<void> addRecorded(const std::vector<McpConfig>& configs,
                                         const RecordedTools& recorded,
                                         const std::set<std::string>& live);

    /// Fails where a server could not be started at all, as with a program that is not there; the
    /// message names it.
    tracestore::Result<void> add(const std::vector<McpConfig>& configs);

    /// Starts one whose tools are those of a recording: a call of one is to be live. `then` comes
    /// from the event loop when it tells its tools, or why it does not.
    void start(const std::string& name, std::function<void(tracestore::Result<void>)> then);

    /// Starts them; settled() comes once each has told its tools or has failed.
    void open();

    /// The names of those that failed.
    [[nodiscard]] std::vector<std::string> failed() const;

    /// What each server offers, by name.
    [[nodiscard]] RecordedTools offers() const;

    /// Puts their tools into a box, now and whenever they change. The box outlives the servers'
    /// signals: forget() it before.
    void offerTo(ToolBox& box);

    /// Ends them; `then` is called when no process of theirs is left.
    void close(std::function<void()> then);

signals:
    void settled();

    /// A server that had settled offers other tools than before.
    void offerChanged(const std::string& server, const std::vector<engine::McpToolInfo>& tools);

    void logged(const QString& line);

private:
    struct Server
    {
        McpConfig config;
        std::unique_ptr<McpPool> pool; ///< null: its tools are those of a recording
        std::vector<McpToolInfo> recorded;
    };

    void onStateChanged();
    void listenTo(McpPool* pool);
    void tellStarted();
    void offer(Server& server, ToolBox& box);

    ToolBox::SecretLookup m_variables;
    QNetworkAccessManager& m_network;
    std::vector<Server> m_servers;
    std::vector<ToolBox*> m_boxes;
    std::multimap<std::string, std::function<void(tracestore::Result<void>)>> m_starting;
    bool m_isSettled = false;
    std::function<void()> m_closed;
};

} // namespace engine
