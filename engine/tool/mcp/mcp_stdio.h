#pragma once

#include "engine/tool/mcp/mcp_transport.h"
#include "engine/wire/jsonrpc.h"

#include <QProcess>
#include <QTimer>

#include <chrono>

namespace engine {

struct McpCommand
{
    QString program;
    QStringList arguments;
    QProcessEnvironment environment; ///< all of it
    QString workingFolder; ///< empty: ours
    std::chrono::milliseconds patience {2000}; ///< with each step of its end
};

/// A server that is a process: a message a line on its standard input and output, and what it says
/// to people on the third. Lines over 16 MiB are dropped; of what it says to people no more than
/// 64 kB a second is passed on. To end it, its input is closed; two seconds later its process group
/// is asked to end, and another two seconds later killed, and with it what it has started and sent
/// away.
class McpStdio : public McpTransport
{
    Q_OBJECT

public:
    explicit McpStdio(McpCommand command, QObject* parent = nullptr);
    ~McpStdio() override;

    void open() override;
    void send(const McpOutgoing& message) override;

    void abandon(int) override { } // the connection tells the server

    void setVersion(const std::string&, bool) override { }

    void close() override;

    /// For tests: the process, 0 before it runs.
    [[nodiscard]] qint64 processId() const { return m_leader; }

private:
    void readOutput();
    void readErrors();
    void passOn(std::string_view line);
    void onFinished();
    void killRest();
    void endHarder();

    McpCommand m_command;
    LineReader m_lines;
    LineReader m_errorLines;
    std::size_t m_logRoom = 0; ///< bytes that may still be logged in this second
    std::size_t m_logDropped = 0;
    QTimer m_logTimer;
    QTimer m_endTimer;
    int m_endStage = 0;
    qint64 m_leader = 0;
    int m_starts = 0;
    QByteArray m_mark; ///< of the process and what it starts, while there may be some of it
    bool m_isClosed = true;
    QProcess m_process;
};

} // namespace engine
