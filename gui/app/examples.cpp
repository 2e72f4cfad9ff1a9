#include "gui/app/examples.h"

#include "gui/app/start_lists.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace gui {

using namespace Qt::StringLiterals;

QString examplesDir()
{
    const QDir program(QCoreApplication::applicationDirPath());
    const QFileInfo folder(program.filePath(u"../share/kymo/examples"_s));
    return folder.isDir() ? folder.canonicalFilePath() : QString();
}

QString examplePath(const QString& name)
{
    const QList<StartEntry> entries = exampleEntries(examplesDir());
    for (const StartEntry& entry : entries) {
        const QString inFolder = QDir(examplesDir()).relativeFilePath(entry.path);
        if (inFolder.startsWith(name))
            return entry.path;
    }
    return {};
}

} // namespace gui
