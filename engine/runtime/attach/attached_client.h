#pragma once

#include "engine/runtime/attach/event_lines.h"
#include "engine/runtime/attach/json_lines.h"

#include <QLocalSocket>
#include <QObject>

#include <memory>

namespace engine {

class AttachServer;

/// The run's side of a connection: tells one client what happens, as fast as it reads, and takes
/// its orders.
class AttachedClient : public QObject
{
    Q_OBJECT

public:
    AttachedClient(std::unique_ptr<QLocalSocket> socket, AttachServer& server);
    ~AttachedClient() override;

    void greet(const nlohmann::json& hello);

    /// Events that it has not got, then the status where that is new.
    void pump();

    void setStatusIsNew() { m_isStatusNew = true; }

    void tell(const nlohmann::json& line);

    /// Tells why, and ends the connection.
    void refuse(const std::string& why);

    /// It has said who it is.
    [[nodiscard]] bool isWelcome() const { return m_isWelcome; }

    void welcome() { m_isWelcome = true; }

    /// Writes what waits; whether it is through with everything.
    bool flush(int patienceMs);

private:
    void read();

    std::unique_ptr<QLocalSocket> m_socket;
    AttachServer& m_server;
    JsonLines m_lines;
    EventWriting m_writing;
    std::size_t m_next = 0; ///< of the server's events
    bool m_isWelcome = false;
    bool m_isStatusNew = true;
    bool m_isRefused = false;
};

} // namespace engine
