#include "engine/config/app_paths.h"

#include <QDir>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace engine {

QString configDir()
{
    // Not the location of the application: desktop and command line share one folder.
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/kymo"_s;
}

QString columnCacheDir()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation)
        + u"/kymo/columns"_s;
}

QString runsDir()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/kymo/runs"_s;
}

QString workspaceFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
        + u"/kymo/workspace.json"_s;
}

QString samplesDir()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
        + u"/kymo/samples"_s;
}

QString notesDir()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/kymo/notes"_s;
}

QString bundlesDir()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
        + u"/kymo/bundles"_s;
}

QString userPriceFile()
{
    return configDir() + u"/prices.json"_s;
}

QString claudeProjectsDir()
{
    const QString own = qEnvironmentVariable("CLAUDE_CONFIG_DIR");
    return (own.isEmpty() ? QDir::homePath() + u"/.claude"_s : own) + u"/projects"_s;
}

QString codexDir()
{
    const QString own = qEnvironmentVariable("CODEX_HOME");
    return own.isEmpty() ? QDir::homePath() + u"/.codex"_s : own;
}

QString geminiDir()
{
    return QDir::homePath() + u"/.gemini"_s;
}

SessionFolders sessionFolders()
{
    return {claudeProjectsDir(), codexDir(), geminiDir()};
}

} // namespace engine
