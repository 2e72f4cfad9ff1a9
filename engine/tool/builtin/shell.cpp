#include "engine/tool/builtin/shell.h"

#include "engine/tool/builtin/builtin_tool.h"
#include "engine/tool/child_group.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QProcess>

#include <algorithm>
#include <csignal>

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

    class ShellCall : public EndingTool
    {
    public:
        ShellCall(const QString& program,
                  const QStringList& arguments,
                  std::int64_t memoryBytes,
                  ToolHandlers handlers)
            : EndingTool(std::move(handlers))
        {
            leadOwnGroup(m_process, {.memoryBytes = memoryBytes});
            m_process.setProcessChannelMode(QProcess::MergedChannels);
            m_process.setStandardInputFile(QProcess::nullDevice());
            QObject::connect(&m_process, &QProcess::started, context(), [this] {
                m_leader = m_process.processId();
            });
            QObject::connect(&m_process, &QProcess::readyRead, context(), [this] { read(); });
            QObject::connect(&m_process, &QProcess::finished, context(), [this] { onFinished(); });
            QObject::connect(
                &m_process, &QProcess::errorOccurred, context(), [this](QProcess::ProcessError e) {
                    if (e == QProcess::FailedToStart)
                        end(toolError("sandbox", "The sandbox could not be started."));
                });
            m_process.start(program, arguments);
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
            signalGroup(m_leader, SIGKILL); // what it left behind
            std::string text = m_output.text();
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
        qint64 m_leader = 0;
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
        [options = std::move(options),
         program = std::move(program)](const nlohmann::json& arguments,
                                       ToolHandlers handlers) -> std::unique_ptr<RunningTool> {
            if (program.isEmpty())
                return answered(std::move(handlers), sandboxMissing());
            const std::string command = textArgument(arguments, "command");
            if (command.find('\0') != std::string::npos)
                return answered(std::move(handlers),
                                toolError("arguments", "arguments.command: contains a zero byte"));
            return std::make_unique<ShellCall>(program,
                                               sandboxArguments(options, command),
                                               options.memoryBytes,
                                               std::move(handlers));
        });
}

} // namespace engine
