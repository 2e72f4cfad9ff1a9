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
    std::int64_t memoryBytes = std::int64_t {2} << 30U; ///< of each process
};

/// Where bubblewrap is on this machine; empty where it is not.
QString bubblewrapProgram();

/// The arguments with which bubblewrap runs a command of the shell: namespaces of its own without
/// network and without a way to make further ones, no capabilities, a session of its own; the
/// system read-only; nothing of /home, /run, /var and /root; an environment of its own.
QStringList sandboxArguments(const SandboxOptions& options, const std::string& command);

} // namespace engine
