#pragma once

#include "engine/tool/mcp/mcp_connection.h"

#include <QObject>

#include <memory>
#include <string>
#include <vector>

namespace engine {

/// The connections to one server of tools: one, or several processes of it that work at the same
/// time and know nothing of each other. Each is started again by itself where it ends; the calls of
/// the others go on. Engine's thread; all signals come from the event loop.
class McpPool : public QObject
{
    Q_OBJECT

public:
    using State = McpConnection::State;

    /// One connection at least, all to the same server.
    explicit McpPool(std::vector<std::unique_ptr<McpConnection>> connections,
                     QObject* parent = nullptr);

    void open();

    /// Ends all in good order; stateChanged() tells when the last has gone.
    void close();

    /// Ready where one is, though at the start only when none is on its way any more; Failed where
    /// all are.
    [[nodiscard]] State state() const;

    [[nodiscard]] const std::string& name() const { return m_connections.front()->name(); }

    /// Of the first that is ready; what they had last, where none is.
    [[nodiscard]] const std::vector<McpToolInfo>& tools() const;

    /// Asks for the tools again where they are older than they hold.
    void refreshTools();

    /// Where the next call goes: of those that are ready the one with the fewest calls, the first
    /// of equals; where none is, one that will be.
    [[nodiscard]] McpConnection& leastBusy() const;

    [[nodiscard]] const std::vector<std::unique_ptr<McpConnection>>& connections() const
    {
        return m_connections;
    }

signals:
    void stateChanged();
    void toolsChanged();
    void logged(const QString& line); ///< with the number of the process, where there are several

private:
    void onStateChanged();
    void onToolsChanged();
    [[nodiscard]] bool has(State state) const;

    std::vector<std::unique_ptr<McpConnection>> m_connections;
    std::vector<McpToolInfo> m_told; ///< with the last toolsChanged()
    bool m_isSettled = false; ///< none is on its way to its first start
};

} // namespace engine
