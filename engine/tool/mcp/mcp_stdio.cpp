#include "engine/tool/mcp/mcp_stdio.h"

#include "engine/tool/child_group.h"
#include "engine/tool/child_mark.h"
#include "tracestore/base/safe_text.h"

#include <chrono>
#include <csignal>
#include <utility>

namespace engine {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

    constexpr std::size_t kLongestMessage = std::size_t {16} << 20U;
    constexpr std::size_t kLongestLogLine = 8192;
    constexpr std::size_t kLogBytesPerSecond = std::size_t {64} << 10U;
    constexpr qint64 kMostUnsent = qint64 {64} << 20;

} // namespace

McpStdio::McpStdio(McpCommand command, QObject* parent)
    : McpTransport(parent)
    , m_command(std::move(command))
    , m_lines(kLongestMessage)
    , m_errorLines(kLongestLogLine)
    , m_process(this)
{
    connect(&m_process, &QProcess::started, this, [this] {
        m_leader = m_process.processId();
        emit started();
    });
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &McpStdio::readOutput);
    connect(&m_process, &QProcess::readyReadStandardError, this, &McpStdio::readErrors);
    connect(&m_process, &QProcess::finished, this, &McpStdio::onFinished);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart && !std::exchange(m_isClosed, true))
            emit closed(tr("The program %1 cannot be started: %2.")
                            .arg(m_command.program, m_process.errorString()));
    });
    m_logTimer.setInterval(1s);
    connect(&m_logTimer, &QTimer::timeout, this, [this] {
        m_logRoom = kLogBytesPerSecond;
        if (const auto dropped = std::exchange(m_logDropped, 0); dropped > 0)
            emit logged(tr("[%1 bytes left out]").arg(dropped));
    });
    m_endTimer.setInterval(m_command.patience);
    connect(&m_endTimer, &QTimer::timeout, this, &McpStdio::endHarder);
}

McpStdio::~McpStdio()
{
    m_process.disconnect(this);
    killRest();
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    // Already killed: this takes a moment, and leaves no zombie behind.
    m_process.waitForFinished(1000);
}

void McpStdio::open()
{
    m_isClosed = false;
    m_endStage = 0;
    m_leader = 0;
    m_lines = LineReader(kLongestMessage);
    m_errorLines = LineReader(kLongestLogLine);
    m_logRoom = kLogBytesPerSecond;
    m_logTimer.start();
    m_mark = childMark(this, ++m_starts);
    QProcessEnvironment environment = m_command.environment;
    environment.insert(QString::fromLatin1(kChildMarkVariable), QString::fromLatin1(m_mark));
    m_process.setProcessEnvironment(environment);
    m_process.setWorkingDirectory(m_command.workingFolder);
    leadOwnGroup(m_process);
    m_process.start(m_command.program, m_command.arguments);
}

void McpStdio::send(const McpOutgoing& message)
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    // A server that does not read would make us hold all that we write.
    if (m_process.bytesToWrite() > kMostUnsent) {
        if (message.requestId)
            emit requestFailed(*message.requestId, tr("The server reads nothing any more."));
        return;
    }
    m_process.write(QByteArray::fromStdString(message.text + '\n'));
}

void McpStdio::close()
{
    if (m_process.state() == QProcess::NotRunning) {
        if (!std::exchange(m_isClosed, true))
            emit closed(tr("The server was ended."));
        return;
    }
    if (m_endTimer.isActive())
        return;
    m_process.closeWriteChannel();
    m_endTimer.start();
}

void McpStdio::endHarder()
{
    signalGroup(m_leader, m_endStage++ == 0 ? SIGTERM : SIGKILL);
    if (m_endStage > 1)
        m_process.kill();
}

void McpStdio::readOutput()
{
    const std::size_t before = m_lines.dropped();
    const QByteArray bytes = m_process.readAllStandardOutput();
    m_lines.add({bytes.data(), static_cast<std::size_t>(bytes.size())},
                [this](std::string_view line) {
                    if (line.find_first_not_of(" \t") != std::string_view::npos)
                        emit received(QByteArray(line.data(), static_cast<qsizetype>(line.size())));
                });
    if (m_lines.dropped() > before)
        emit logged(tr("[a message over 16 MiB was dropped]"));
}

void McpStdio::readErrors()
{
    const QByteArray bytes = m_process.readAllStandardError();
    m_errorLines.add({bytes.data(), static_cast<std::size_t>(bytes.size())},
                     [this](std::string_view line) { passOn(line); });
}

void McpStdio::passOn(std::string_view line)
{
    if (line.size() > m_logRoom) {
        m_logDropped += line.size();
        return;
    }
    m_logRoom -= line.size();
    emit logged(QString::fromStdString(tracestore::safeLine(line)));
}

/// What it left behind.
void McpStdio::killRest()
{
    signalGroup(m_leader, SIGKILL);
    if (const QByteArray mark = std::exchange(m_mark, {}); !mark.isEmpty())
        killMarked(mark);
}

void McpStdio::onFinished()
{
    readOutput();
    readErrors();
    if (const std::string rest = m_errorLines.finish(); !rest.empty())
        passOn(rest);
    m_endTimer.stop();
    m_logTimer.stop();
    killRest();
    if (std::exchange(m_isClosed, true))
        return;
    emit closed(m_process.exitStatus() == QProcess::CrashExit
                    ? tr("The server crashed.")
                    : tr("The server ended with exit code %1.").arg(m_process.exitCode()));
}

} // namespace engine
