#pragma once

#include <QProcess>

#include <cstdint>

namespace engine {

struct ChildLimits
{
    std::int64_t memoryBytes = 0; ///< of address space in each process; 0: none
    std::int64_t fileBytes = 0; ///< of each file that is written; 0: none
    int handedFile = -1; ///< an open file that the process gets, under the same number
};

/// Lets a process, when it is started, lead a group of its own, so that all that it starts can be
/// ended with it; no core dumps; no open files but the standard ones; it dies with the thread that
/// started it. Call before start().
void leadOwnGroup(QProcess& process, const ChildLimits& limits = {});

/// Sends a signal to a group that leadOwnGroup() made, also to what is left of it after its leader
/// has ended. Nothing happens where there is none.
void signalGroup(qint64 leader, int signal);

} // namespace engine
