#pragma once

#include <QStringList>

#include <cstdint>
#include <filesystem>
#include <string>

namespace engine {

/// What a command in the sandbox may see and use.
struct SandboxOptions
{
    std::filesystem::path root; ///< bound as /files, the working folder; empty: an empty one
    bool isWritable = false; ///< whether the root may be written
    std::int64_t temporaryBytes = std::int64_t {64} << 20U; ///< of /tmp and of /dev/shm
    std::int64_t memoryBytes = std::int64_t {2} << 30U; ///< of all processes together
    int processes = 256; ///< at once
};

/// Where bubblewrap is on this machine; empty where it is not.
QString bubblewrapProgram();

/// The arguments with which bubblewrap runs a command of the shell: namespaces of its own without
/// network and without a way to make further ones, no capabilities, a session of its own; the
/// system read-only; nothing of /home, /run, /var, /sys and /root; an environment of its own; a
/// limit on processes, which the kernel does not hold root to. `filter`: the open file of a
/// sandboxFilter(), or -1.
QStringList
sandboxArguments(const SandboxOptions& options, const std::string& command, int filter = -1);

} // namespace engine
