#include "tests/bench/peer_program.h"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

bool hasProgram(const std::string& name)
{
    const char* path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (::access((folder + "/" + name).c_str(), X_OK) == 0)
            return true;
    }
    return false;
}

Cost costOfProgram(const std::vector<std::string>& command)
{
    std::vector<char*> words;
    std::vector<std::string> kept = command;
    for (std::string& word : kept)
        words.push_back(word.data());
    words.push_back(nullptr);
    const auto started = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        const int nothing = ::open("/dev/null", O_WRONLY);
        ::dup2(nothing, STDOUT_FILENO);
        ::execvp(words.front(), words.data());
        ::_exit(127);
    }
    int status = 0;
    rusage used {};
    if (child < 0 || ::wait4(child, &status, 0, &used) != child || status != 0) {
        std::fprintf(stderr, "%s did not do its work.\n", kept.front().c_str());
        std::exit(1);
    }
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
    return {.cpu = seconds(used.ru_utime) + seconds(used.ru_stime), .wall = wall.count()};
}

} // namespace bench
