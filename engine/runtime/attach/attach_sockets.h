#pragma once

#include "tracestore/base/result.h"

#include <QString>

#include <vector>

namespace engine {

/// Rises when programs of another version would not understand each other.
constexpr int kAttachVersion = 1;

/// A line of a client, an edited request with all of its messages included, and one of a run.
constexpr qint64 kMostClientBytes = qint64 {32} << 20;
constexpr qint64 kMostRunBytes = qint64 {256} << 20;

/// A run that others can attach to.
struct ListeningRun
{
    QString name;
    QString socket; ///< its path
    QString agent;
    QString input;
    qint64 process = 0;
};

/// The folder of the sockets, which only this user can enter: below $XDG_RUNTIME_DIR, else in the
/// folder for temporary files. It is made. Denied: somebody else has a hand in it.
tracestore::Result<QString> socketFolder();

/// The path of the socket of a run: a name as `kymo run --listen` has it, or a path. Invalid: it
/// cannot be one.
tracestore::Result<QString> socketPath(const QString& nameOrPath);

/// All that listen now; sockets that nobody listens on any more are taken away. Waits some tenths
/// of a second for runs that do not answer.
std::vector<ListeningRun> listeningRuns();

/// Whether the other end of a socket is a process of this user.
bool isOfThisUser(qintptr descriptor);

/// Takes a socket away on which nobody listens. Whether the path is free now.
bool freeSocket(const QString& path);

} // namespace engine
