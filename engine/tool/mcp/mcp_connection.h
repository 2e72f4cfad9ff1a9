#pragma once

#include "engine/tool/mcp/mcp_messages.h"
#include "engine/tool/mcp/mcp_transport.h"
#include "engine/wire/jsonrpc.h"

#include <QDeadlineTimer>
#include <QTimer>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine {

struct McpSettings
{
    std::string name; ///< of the server, for messages
    std::chrono::milliseconds patience {30'000}; ///< with the start and with lists of tools
    std::chrono::milliseconds restartDelay {500}; ///< doubled with each failure in a row
    std::chrono::milliseconds longestDelay {30'000};
    int mostRestarts = 5; ///< in a row
    /// A list of tools is not asked for again sooner, however soon a server says that it is old.
    std::chrono::milliseconds shortestAge {1'000};
};

/// A connection to a server of tools (MCP): agrees on a version, knows the server's tools, calls
/// them, answers what the server asks, starts the server again where it ends. Versions 2024-11-05
/// to 2025-11-25 with a handshake, 2026-07-28 without: there it listens for changes of the tools,
/// and asks for them again when they are needed and older than the server said that they hold. It
/// keeps them for itself, so what a server says of who may share them needs no obeying. What a
/// server gets wrong is logged and survived. Engine's thread; all handlers and signals come from
/// the event loop.
class McpConnection : public QObject
{
    Q_OBJECT

public:
    enum class State
    {
        Closed,
        Starting,
        Ready,
        Waiting, ///< for the time at which the server is started again
        Failed, ///< it was started too often; open() tries again
        Closing
    };

    struct CallHandlers
    {
        std::function<void(const std::string& text)> progress; ///< may be empty
        std::function<void(Outcome)> done; ///< once; not after cancel()
    };

    McpConnection(McpSettings settings,
                  std::unique_ptr<McpTransport> transport,
                  QObject* parent = nullptr);
    ~McpConnection() override;

    void open();

    /// Ends the server in good order; stateChanged() tells when it has gone.
    void close();

    [[nodiscard]] State state() const { return m_state; }

    [[nodiscard]] const std::string& name() const { return m_settings.name; }

    /// Agreed on; empty before.
    [[nodiscard]] const std::string& version() const { return m_version; }

    /// As the server told last, also while it is started again.
    [[nodiscard]] const std::vector<McpToolInfo>& tools() const { return m_tools; }

    /// Asks for the tools again where the list is older than it holds; toolsChanged() tells where
    /// they differ.
    void refreshTools();

    [[nodiscard]] std::size_t openCalls() const { return m_calls.size(); }

    /// Calls a tool, as soon as the server is ready. Returns the number by which to cancel it.
    int call(const std::string& tool, nlohmann::json arguments, CallHandlers handlers);

    /// Tells the server to stop; nothing more is heard of the call.
    void cancel(int call);

signals:
    void stateChanged();
    void toolsChanged();
    void logged(const QString& line); ///< for a console

private:
    using Answer = std::function<void(const RpcMessage& response)>;

    struct PendingRequest
    {
        Answer answer;
        QDeadlineTimer deadline;
        int call = 0; ///< that it belongs to, or 0
    };

    struct OpenCall
    {
        std::string tool;
        nlohmann::json arguments;
        CallHandlers handlers;
        std::optional<int> request; ///< that is under way
        int rounds = 0; ///< of questions of the server
        nlohmann::json inputResponses;
        nlohmann::json requestState;
    };

    void setState(State state);
    void beginHandshake();
    void onInitialized(const RpcMessage& response);
    void discover();
    void onDiscovered(const RpcMessage& response);
    void useVersion(std::string version);
    void failForGood(const QString& reason);

    void listTools(const std::string& cursor);
    void onListed(const RpcMessage& response);
    void takeTools();
    void listen();
    void onListenEnded(const RpcMessage& response);
    void onListening(const nlohmann::json& params);
    void onToolsTold(const nlohmann::json& params);
    void onServerCancelled(const nlohmann::json& params);
    [[nodiscard]] bool isOfOurSubscription(const nlohmann::json& params) const;

    void sendCall(int number);
    void onCalled(int number, const RpcMessage& response);
    void askAgain(int number, const nlohmann::json& result);
    void finishCall(int number, Outcome outcome);

    int request(std::string_view method,
                nlohmann::json params,
                Answer answer,
                std::string name = {},
                int call = 0);
    void notify(std::string_view method, const nlohmann::json& params);
    void receive(const QByteArray& text);
    void onNotification(const RpcMessage& message);
    void onProgress(const nlohmann::json& params);
    void answerServer(const RpcMessage& question);
    void onRequestFailed(int id, const QString& reason);
    void onClosed(const QString& reason);
    void restartLater();
    void checkDeadlines();
    void failCalls(const std::string& reason, bool withWaiting);
    void complain(const QString& what);
    [[nodiscard]] Outcome serverError(const std::string& what) const;

    McpSettings m_settings;
    std::unique_ptr<McpTransport> m_transport;
    State m_state = State::Closed;
    std::string m_version;
    bool m_isStateless = false;
    std::vector<McpToolInfo> m_tools;
    std::vector<McpToolInfo> m_listed; ///< of the pages of a list that have come
    std::string m_cursor; ///< of the page that is asked for
    int m_pages = 0;
    bool m_isListing = false;
    QDeadlineTimer m_freshUntil {QDeadlineTimer::Forever}; ///< the list of tools
    bool m_tellsChanges = false; ///< where it is asked by a subscription
    std::optional<int> m_listening; ///< the request of the subscription
    std::chrono::milliseconds m_listenDelay {}; ///< before it is taken up again
    int m_nextId = 1;
    int m_nextCall = 1;
    std::map<int, PendingRequest> m_pending;
    std::map<int, OpenCall> m_calls;
    int m_failures = 0; ///< in a row
    int m_complaints = 0;
    QTimer m_deadlines;
    QTimer m_restart;
    QTimer m_listSoon;
    QTimer m_listenAgain;
};

} // namespace engine
