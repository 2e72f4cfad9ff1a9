#include "engine/tool/builtin/shell.h"

#include "engine/tool/builtin/builtin_tool.h"
#include "engine/tool/builtin/sandbox_filter.h"
#include "engine/tool/builtin/sandbox_watch.h"
#include "engine/tool/child_group.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QProcess>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <sys/mman.h>
#include <unistd.h>

namespace engine {
namespace {

    constexpr qsizetype kMostHead = 24 << 10;
    constexpr qsizetype kMostTail = 24 << 10;
    constexpr std::size_t kOutputInMessage = 4000;

    /// Begin and end of what a command writes, whatever lies between.
    class CappedOutput
    {
    public:
        void add(const QByteArray& bytes)
        {
            const qsizetype toHead = std::min(bytes.size(), kMostHead - m_head.size());
            m_head += bytes.first(toHead);
            m_tail += bytes.sliced(toHead);
            if (m_tail.size() > 2 * kMostTail)
                dropTo(kMostTail);
        }

        [[nodiscard]] std::string text()
        {
            if (m_tail.size() > kMostTail)
                dropTo(kMostTail);
            std::string text = m_head.toStdString();
            if (m_dropped > 0)
                text += "\n[" + std::to_string(m_dropped) + " bytes left out]\n";
            return tracestore::toValidUtf8(text + m_tail.toStdString());
        }

    private:
        void dropTo(qsizetype size)
        {
            m_dropped += m_tail.size() - size;
            m_tail = m_tail.last(size);
        }

        QByteArray m_head;
        QByteArray m_tail;
        qsizetype m_dropped = 0;
    };

    /// A file in memory that a child is handed by its number.
    class HandedFile
    {
    public:
        explicit HandedFile(const QByteArray& content)
            : m_number(content.isEmpty() ? -1 : ::memfd_create("kymo", MFD_CLOEXEC))
        {
            if (m_number < 0)
                return;
            const auto size = static_cast<std::size_t>(content.size());
            const bool isWritten
                = ::write(m_number, content.data(), size) == static_cast<ssize_t>(size)
                && ::lseek(m_number, 0, SEEK_SET) == 0;
            if (!isWritten)
                close();
        }

        HandedFile(const HandedFile&) = delete;
        HandedFile& operator=(const HandedFile&) = delete;

        ~HandedFile() { close(); }

        [[nodiscard]] int number() const { return m_number; }

    private:
        void close()
        {
            if (m_number >= 0)
                ::close(m_number);
            m_number = -1;
        }

        int m_number;
    };

    /// One that is empty would stand for ours.
    QProcessEnvironment emptyEnvironment()
    {
        QProcessEnvironment environment;
        environment.insert(QStringLiteral("PATH"), QStringLiteral("/usr/bin:/bin"));
        return environment;
    }

    /// The kernel does not hold root to a number of processes, and a fork bomb is quick.
    std::chrono::milliseconds watchInterval()
    {
        return std::chrono::milliseconds(::geteuid() == 0 ? 10 : 100);
    }

    /// Bubblewrap itself, outside and inside.
    constexpr int kOwnProcesses = 2;

    class ShellCall : public EndingTool
    {
    public:
        ShellCall(const QString& program,
                  const SandboxOptions& options,
                  const std::string& command,
                  const QByteArray& filter,
                  ToolHandlers handlers)
            : EndingTool(std::move(handlers))
            , m_filter(filter)
            , m_mostProcesses(options.processes + kOwnProcesses)
            , m_mostBytes(options.memoryBytes)
        {
            leadOwnGroup(m_process,
                         {.memoryBytes = options.memoryBytes, .handedFile = m_filter.number()});
            m_watch.setInterval(watchInterval());
            QObject::connect(&m_watch, &QTimer::timeout, context(), [this] { watch(); });
            // Nothing of ours: what it was started with can be read of bubblewrap from inside.
            m_process.setProcessEnvironment(emptyEnvironment());
            m_process.setProcessChannelMode(QProcess::MergedChannels);
            m_process.setStandardInputFile(QProcess::nullDevice());
            QObject::connect(&m_process, &QProcess::started, context(), [this] {
                m_leader = m_process.processId();
                m_watch.start();
            });
            QObject::connect(&m_process, &QProcess::readyRead, context(), [this] { read(); });
            QObject::connect(&m_process, &QProcess::finished, context(), [this] { onFinished(); });
            QObject::connect(
                &m_process, &QProcess::errorOccurred, context(), [this](QProcess::ProcessError e) {
                    if (e == QProcess::FailedToStart)
                        end(toolError("sandbox", "The sandbox could not be started."));
                });
            m_process.start(program, sandboxArguments(options, command, m_filter.number()));
        }

        ~ShellCall() override
        {
            m_process.disconnect();
            killAll();
            // Already killed: this takes a moment, and leaves no zombie behind.
            if (m_process.state() != QProcess::NotRunning)
                m_process.waitForFinished(1000);
        }

        void cancel() override
        {
            killAll();
            end(cancelledOutcome(m_output.text()));
        }

    private:
        void killAll()
        {
            signalGroup(m_leader, SIGKILL);
            if (m_process.state() != QProcess::NotRunning)
                m_process.kill();
        }

        /// The kernel limits each process, and root not even in their number; this limits all.
        void watch()
        {
            const auto use = processUse(static_cast<pid_t>(m_leader), m_mostProcesses + 1);
            if (!use)
                return m_watch.stop();
            if (use->processes > m_mostProcesses)
                m_excess = "It had more than " + std::to_string(m_mostProcesses - kOwnProcesses)
                    + " processes at once.";
            else if (use->residentBytes > m_mostBytes)
                m_excess
                    = "It used more than " + std::to_string(m_mostBytes >> 20U) + " MiB of memory.";
            if (!m_excess.empty())
                killAll();
        }

        void read()
        {
            const QByteArray bytes = m_process.readAll();
            m_output.add(bytes);
            if (!bytes.isEmpty())
                tellProgress(tracestore::toValidUtf8(bytes.left(1000).toStdString()));
        }

        void onFinished()
        {
            read();
            m_watch.stop();
            signalGroup(m_leader, SIGKILL); // what it left behind
            std::string text = m_output.text();
            if (!m_excess.empty()) {
                Outcome outcome = toolError("limit", "The command was ended. " + m_excess);
                outcome.text = std::move(text);
                return end(std::move(outcome));
            }
            if (m_process.exitStatus() == QProcess::NormalExit && m_process.exitCode() == 0)
                return end(textOutcome(text.empty() ? "[no output]" : std::move(text)));
            if (text.starts_with("bwrap: "))
                return end(toolError("sandbox", "The sandbox could not be set up: " + text));
            std::string message = m_process.exitStatus() == QProcess::NormalExit
                ? "The command ended with exit code " + std::to_string(m_process.exitCode()) + '.'
                : "The command was killed.";
            if (!text.empty())
                message += '\n' + cutResult(text, kOutputInMessage);
            Outcome outcome = toolError("exit", std::move(message));
            outcome.text = std::move(text);
            end(std::move(outcome));
        }

        CappedOutput m_output;
        HandedFile m_filter;
        int m_mostProcesses;
        std::int64_t m_mostBytes;
        std::string m_excess; ///< why it was ended
        qint64 m_leader = 0;
        QTimer m_watch;
        QProcess m_process;
    };

    Outcome sandboxMissing()
    {
        return toolError("sandbox",
                         "Commands run in a sandbox only, and bubblewrap (bwrap), which makes it, "
                         "is not installed on this machine. Install the package bubblewrap.");
    }

} // namespace

std::unique_ptr<Tool> makeShell(SandboxOptions options, QString program)
{
    ToolInfo info {
        .definition
        = {"shell",
           "Runs a shell command in a sandbox without network. The working folder is /files; only "
           "/tmp"
               + std::string(options.isWritable ? " and /files" : "") + " can be written.",
           R"({"type":"object","properties":{"command":{"type":"string","minLength":1,)"
           R"("maxLength":100000}},"required":["command"],"additionalProperties":false})"},
        .effectClass = options.isWritable ? EffectClass::Writes : EffectClass::Reads};
    return std::make_unique<BuiltinTool>(
        std::move(info),
        [options = std::move(options), program = std::move(program), filter = sandboxFilter()](
            const nlohmann::json& arguments,
            ToolHandlers handlers) -> std::unique_ptr<RunningTool> {
            if (program.isEmpty())
                return answered(std::move(handlers), sandboxMissing());
            const std::string command = textArgument(arguments, "command");
            if (command.find('\0') != std::string::npos)
                return answered(std::move(handlers),
                                toolError("arguments", "arguments.command: contains a zero byte"));
            return std::make_unique<ShellCall>(
                program, options, command, filter, std::move(handlers));
        });
}

} // namespace engine
