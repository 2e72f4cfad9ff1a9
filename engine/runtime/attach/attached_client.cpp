#include "engine/runtime/attach/attached_client.h"

#include "engine/runtime/attach/attach_server.h"
#include "engine/runtime/attach/debug_json.h"
#include "engine/runtime/run_session.h"

#include <nlohmann/json.hpp>

namespace engine {
namespace {

    using nlohmann::json;

    /// So much waits for a client that reads slowly; more events come when that is written.
    constexpr qint64 kMostWaiting = qint64 {4} << 20;

} // namespace

AttachedClient::AttachedClient(std::unique_ptr<QLocalSocket> socket, AttachServer& server)
    : m_socket(std::move(socket))
    , m_server(server)
    , m_lines(kMostClientBytes)
{
    connect(m_socket.get(), &QLocalSocket::readyRead, this, &AttachedClient::read);
    connect(m_socket.get(), &QLocalSocket::bytesWritten, this, &AttachedClient::pump);
    connect(m_socket.get(), &QLocalSocket::disconnected, this, [this] { m_server.remove(this); });
}

AttachedClient::~AttachedClient()
{
    m_socket->disconnect(this);
}

void AttachedClient::greet(const json& hello)
{
    m_socket->write(jsonLine(hello));
}

void AttachedClient::pump()
{
    if (!m_isWelcome || m_isRefused)
        return;
    while (m_next < m_server.m_events.size() && m_socket->bytesToWrite() < kMostWaiting)
        m_socket->write(jsonLine(
            {{"type", "event"}, {"event", m_writing.write(*m_server.m_events[m_next++])}}));
    if (m_next == m_server.m_events.size() && std::exchange(m_isStatusNew, false))
        m_socket->write(
            jsonLine({{"type", "status"}, {"status", toJson(m_server.m_session.status())}}));
}

void AttachedClient::tell(const json& line)
{
    if (!m_isWelcome || m_isRefused)
        return;
    if (m_socket->bytesToWrite() > kMostRunBytes) // it does not read at all
        return refuse("It does not read what it is told.");
    m_socket->write(jsonLine(line));
}

void AttachedClient::refuse(const std::string& why)
{
    if (std::exchange(m_isRefused, true))
        return;
    m_socket->write(jsonLine({{"type", "refused"}, {"message", why}}));
    m_socket->disconnectFromServer();
}

bool AttachedClient::flush(int patienceMs)
{
    pump();
    if (!m_isWelcome || m_isRefused || m_socket->state() != QLocalSocket::ConnectedState)
        return true;
    if (m_socket->bytesToWrite() > 0)
        m_socket->waitForBytesWritten(patienceMs);
    return m_socket->bytesToWrite() == 0 && m_next == m_server.m_events.size();
}

void AttachedClient::read()
{
    m_lines.readFrom(*m_socket);
    while (!m_isRefused) {
        auto line = m_lines.next();
        if (!line)
            return refuse(line.error().message);
        if (!*line)
            return;
        m_server.take(*this, **line);
    }
}

} // namespace engine
