#include "engine/runtime/experiment/command_run.h"

#include "engine/experiment/command_score.h"
#include "engine/experiment/score_run.h"
#include "engine/tool/child_group.h"

#include <QFile>

#include <cmath>
#include <csignal>

namespace engine {
namespace {

    constexpr std::size_t kMostPrinted = 1U << 20U;

    QString programOf(const std::string& name, const std::filesystem::path& folder)
    {
        const std::filesystem::path program(name);
        // A name is looked for in PATH; a path begins in the folder.
        const bool isPath = name.find('/') != std::string::npos;
        return QFile::decodeName((isPath ? folder / program : program).c_str());
    }

    /// What was printed; too much of it is cut, and then is no score.
    void addTo(std::string& text, const QByteArray& bytes)
    {
        const std::size_t room = kMostPrinted - std::min(text.size(), kMostPrinted);
        text.append(bytes.constData(), std::min(room, static_cast<std::size_t>(bytes.size())));
    }

} // namespace

CommandRun::CommandRun(CommandScorer scorer, std::filesystem::path folder, std::string input)
    : m_scorer(std::move(scorer))
    , m_folder(std::move(folder))
    , m_input(std::move(input))
{
    leadOwnGroup(m_process);
    if (!m_folder.empty())
        m_process.setWorkingDirectory(QFile::decodeName(m_folder.c_str()));
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        killAll();
        end(unknownScore("The command took longer than "
                         + std::to_string(std::llround(std::ceil(m_scorer.seconds)))
                         + " seconds and was ended."));
    });
    connect(&m_process, &QProcess::started, this, [this] {
        m_leader = m_process.processId();
        m_process.write(m_input.data(), static_cast<qint64>(m_input.size()));
        m_process.closeWriteChannel();
    });
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &CommandRun::read);
    connect(&m_process, &QProcess::readyReadStandardError, this, &CommandRun::read);
    connect(&m_process, &QProcess::finished, this, &CommandRun::onFinished);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            end(unknownScore("The command `" + m_scorer.command.front() + "` could not be started: "
                             + m_process.errorString().toStdString() + '.'));
    });
}

CommandRun::~CommandRun()
{
    m_process.disconnect();
    killAll();
    // Already killed: this takes a moment, and leaves no zombie behind.
    if (m_process.state() != QProcess::NotRunning)
        m_process.waitForFinished(1000);
}

void CommandRun::start()
{
    QStringList arguments;
    for (std::size_t i = 1; i < m_scorer.command.size(); ++i)
        arguments += QString::fromStdString(m_scorer.command[i]);
    m_patience.start(static_cast<int>(std::ceil(m_scorer.seconds * 1000)));
    m_process.start(programOf(m_scorer.command.front(), m_folder), arguments);
}

void CommandRun::read()
{
    addTo(m_printed, m_process.readAllStandardOutput());
    addTo(m_complained, m_process.readAllStandardError());
}

void CommandRun::onFinished()
{
    read();
    signalGroup(m_leader, SIGKILL); // what it left behind
    if (m_process.exitStatus() == QProcess::NormalExit)
        end(commandScore(m_process.exitCode(), m_printed, m_complained));
    else
        end(unknownScore("The command was killed by a signal."));
}

void CommandRun::killAll()
{
    signalGroup(m_leader, SIGKILL);
    if (m_process.state() != QProcess::NotRunning)
        m_process.kill();
}

void CommandRun::end(RunScore score)
{
    if (std::exchange(m_isOver, true))
        return;
    m_patience.stop();
    m_score = std::move(score);
    QMetaObject::invokeMethod(this, &CommandRun::finished, Qt::QueuedConnection);
}

} // namespace engine
