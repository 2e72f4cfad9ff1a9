#include "engine/cli/child_process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace engine::cli {

using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    /// Pointers into `program` and `arguments` for exec, null at the end.
    std::vector<char*> argv(std::string& program, std::vector<std::string>& arguments)
    {
        std::vector<char*> pointers {program.data()};
        for (std::string& argument : arguments)
            pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        return pointers;
    }

    tracestore::Error cannotStart(const std::string& program, int error)
    {
        return {ErrorCode::Io, "Cannot start " + program + ": " + std::strerror(error) + '.', {}};
    }

    sigset_t signalsToHandOn()
    {
        sigset_t passedOn;
        sigemptyset(&passedOn);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD})
            sigaddset(&passedOn, signal);
        return passedOn;
    }

    /// Starts a program with this signal mask and the default for a closed pipe; 0 or an errno.
    int
    spawn(pid_t& child, const sigset_t& mask, std::string program, std::vector<std::string> args)
    {
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        sigset_t defaults;
        sigemptyset(&defaults);
        sigaddset(&defaults, SIGPIPE);
        posix_spawnattr_setsigmask(&attributes, &mask);
        posix_spawnattr_setsigdefault(&attributes, &defaults);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        const std::string path = program;
        const int error = posix_spawn(
            &child, path.c_str(), nullptr, &attributes, argv(program, args).data(), environ);
        posix_spawnattr_destroy(&attributes);
        return error;
    }

    int waitFor(pid_t child, const sigset_t& passedOn)
    {
        for (;;) {
            int status = 0;
            if (::waitpid(child, &status, WNOHANG) == child)
                return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            const int signal = sigwaitinfo(&passedOn, nullptr);
            if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP)
                ::kill(child, signal);
        }
    }

} // namespace

tracestore::Error replaceProcess(const std::string& program,
                                 const std::vector<std::string>& arguments)
{
    std::signal(SIGPIPE, SIG_DFL);
    std::string name = program;
    std::vector<std::string> copies = arguments;
    ::execv(program.c_str(), argv(name, copies).data());
    return cannotStart(program, errno);
}

Result<int> runProcess(const std::string& program, const std::vector<std::string>& arguments)
{
    const sigset_t passedOn = signalsToHandOn();
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, &passedOn, &before);
    pid_t child = -1;
    const int error = spawn(child, before, program, arguments);
    const int code = error == 0 ? waitFor(child, passedOn) : 0;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (error != 0)
        return fail(cannotStart(program, error));
    return code;
}

} // namespace engine::cli
