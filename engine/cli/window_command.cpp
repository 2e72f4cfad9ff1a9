#include "engine/cli/window_command.h"

#include "engine/cli/child_process.h"
#include "engine/cli/job_watch.h"
#include "engine/cli/open_input.h"
#include "engine/cli/standard_input.h"

#include <QFileInfo>
#include <QStandardPaths>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace engine::cli {

using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    constexpr const char* kStandardInput = "-";

    Result<std::string> findWindowProgram()
    {
        const QString own = QFileInfo(u"/proc/self/exe"_s).canonicalPath();
        QString found = QStandardPaths::findExecutable(u"kymo-gui"_s, {own});
        if (found.isEmpty())
            found = QStandardPaths::findExecutable(u"kymo-gui"_s);
        if (found.isEmpty())
            return fail(ErrorCode::NotFound,
                        "The window is a program of its own, kymo-gui, and it is not there, "
                        "neither beside kymo nor on the PATH. `kymo info` and `kymo show` work "
                        "without it.");
        return found.toStdString();
    }

    bool hasDisplay()
    {
        return std::ranges::any_of(
            std::initializer_list<const char*> {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"},
            [](const char* variable) { return qEnvironmentVariableIsSet(variable); });
    }

    Result<void> checkReadable(const std::string& file)
    {
        if (::access(file.c_str(), R_OK) == 0)
            return {};
        const bool isMissing = errno == ENOENT || errno == ENOTDIR;
        return isMissing ? fail(ErrorCode::NotFound, "There is no file " + file + ".")
                         : fail(ErrorCode::Denied,
                                "You may not read " + file + ": " + std::strerror(errno) + ".");
    }

    /// An argument that the window cannot take for an option.
    std::string asPath(const std::string& file)
    {
        return file.starts_with('-') ? "./" + file : file;
    }

} // namespace

void WindowCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_files, "Open these in the window; - is standard input");
}

ExitCode WindowCommand::run(CommandContext& context)
{
    if (m_files.empty()) {
        context.err.line("kymo: Name a file to open. `kymo --help` shows what else there is.");
        return ExitCode::Usage;
    }
    const bool isInput = std::ranges::find(m_files, kStandardInput) != m_files.end();
    if (isInput && m_files.size() > 1) {
        context.err.line("kymo: Standard input is opened alone, without other files.");
        return ExitCode::Usage;
    }
    for (const std::string& file : m_files) {
        const auto readable = isInput ? Result<void>() : checkReadable(file);
        if (!readable)
            return failWith(readable.error(), context);
    }
    const auto program = findWindowProgram();
    if (!program)
        return failWith(program.error(), context);
    if (!hasDisplay())
        return failWith({.code = ErrorCode::Unsupported,
                         .message = "There is no display to open a window on. `kymo info` and "
                                    "`kymo show` work without one."},
                        context);
    return isInput ? showStandardInput(*program, context) : becomeWindow(*program, context);
}

ExitCode WindowCommand::becomeWindow(const std::string& program, CommandContext& context) const
{
    std::vector<std::string> arguments;
    std::ranges::transform(m_files, std::back_inserter(arguments), asPath);
    return failWith(replaceProcess(program, arguments), context);
}

ExitCode WindowCommand::showStandardInput(const std::string& program, CommandContext& context)
{
    tracestore::Job job;
    auto file = [&] {
        const JobWatch watch(job, context.err, "Reading standard input");
        return StandardInputFile::take(job);
    }();
    if (!file)
        return failWith(file.error(), context);
    if (!(*file)->damage().empty())
        context.err.line("kymo: " + (*file)->damage());
    const auto code = runProcess(program, {(*file)->path().string()});
    if (!code)
        return failWith(code.error(), context);
    return *code == 0 ? ExitCode::Done : ExitCode::Failed;
}

} // namespace engine::cli
