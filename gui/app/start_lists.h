#pragma once

#include "engine/config/app_paths.h"
#include "tracestore/base/job.h"

#include <QList>
#include <QString>

class QDateTime;

namespace gui {

/// A trace that the start page offers.
struct StartEntry
{
    QString path;
    QString title;
    QString detail; ///< a sentence, or where it is
    QString figures; ///< age and size
    bool isThere = true; ///< false for a recent trace that is gone

    bool operator==(const StartEntry&) const = default;
};

// These look at files: not on the GUI thread.

/// The recent traces with age and size.
QList<StartEntry> recentEntries(const QStringList& paths);

/// The examples named by `examples.json` in a folder that are there.
QList<StartEntry> exampleEntries(const QString& folder);

/// The agents that come with Kymo below that folder: `agents/*/*.agent.json`.
QList<StartEntry> agentEntries(const QString& folder);

/// The sessions that agents keep in these folders, the newest first.
QList<StartEntry> sessionEntries(const engine::SessionFolders& folders, tracestore::Job& job);

/// `just now`, `5 min ago`, `3 h ago`, `4 days ago`, or the date.
QString formatAge(const QDateTime& then, const QDateTime& now);

} // namespace gui
