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

QString userPriceFile()
{
    return configDir() + u"/prices.json"_s;
}

QString claudeProjectsDir()
{
    const QString own = qEnvironmentVariable("CLAUDE_CONFIG_DIR");
    return (own.isEmpty() ? QDir::homePath() + u"/.claude"_s : own) + u"/projects"_s;
}

} // namespace engine
