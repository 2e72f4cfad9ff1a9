#include "gui/app/start_lists.h"

#include "engine/config/agent_config_reader.h"
#include "gui/agents/agents_page.h"
#include "gui/theme/format.h"
#include "tracestore/import/claude_code/claude_code_finder.h"
#include "tracestore/import/codex/codex_finder.h"
#include "tracestore/import/gemini_cli/gemini_cli_finder.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    QString say(const char* text)
    {
        return QCoreApplication::translate("StartPage", text);
    }

    QString formatSize(qint64 bytes)
    {
        return QLocale(QLocale::English).formattedDataSize(bytes, 1);
    }

    /// A path with the user's home as a tilde.
    QString shortPath(const QString& path)
    {
        const QString home = QDir::homePath();
        const bool isInside = path == home || path.startsWith(home + u'/');
        return isInside ? u'~' + path.mid(home.size()) : path;
    }

    QString formatFigures(const QFileInfo& info)
    {
        const QString age
            = say("changed %1").arg(formatAge(info.lastModified(), QDateTime::currentDateTime()));
        if (info.isDir())
            return age;
        return age + u" · "_s + formatSize(info.size());
    }

    using Sessions = std::vector<tracestore::FoundSession>;
    using Find = tracestore::Result<Sessions> (*)(const std::filesystem::path&,
                                                  std::size_t,
                                                  tracestore::Job&);

    constexpr std::size_t kMaxSessions = 200;

    Sessions foundIn(const QString& folder, Find find, tracestore::Job& job)
    {
        if (folder.isEmpty())
            return {};
        // No folder, no sessions: nothing to tell the user of.
        return find(QFile::encodeName(folder).toStdString(), kMaxSessions, job)
            .value_or(Sessions());
    }

    StartEntry entryOf(const tracestore::FoundSession& session)
    {
        const auto modified = QDateTime::fromMSecsSinceEpoch(session.modified.ns / 1'000'000);
        const auto size = static_cast<qint64>(session.size);
        QString detail = QString::fromStdString(session.program);
        if (!session.cwd.empty())
            detail += u" · "_s + shortPath(singleLine(session.cwd));
        if (session.subAgentFiles == 1)
            detail += say(" · with 1 sub-agent");
        else if (session.subAgentFiles > 1)
            detail += say(" · with %1 sub-agents").arg(session.subAgentFiles);
        return {QFile::decodeName(QByteArray::fromStdString(session.path.string())),
                singleLine(session.title, 120),
                detail,
                formatAge(modified, QDateTime::currentDateTime()) + u" · "_s + formatSize(size),
                true};
    }

} // namespace

QString formatAge(const QDateTime& then, const QDateTime& now)
{
    const qint64 seconds = then.secsTo(now);
    if (seconds < 60)
        return say("just now");
    if (seconds < 3600)
        return say("%1 min ago").arg(seconds / 60);
    if (seconds < 24 * 3600)
        return say("%1 h ago").arg(seconds / 3600);
    const qint64 days = seconds / (24 * 3600);
    if (days < 30)
        return days == 1 ? say("1 day ago") : say("%1 days ago").arg(days);
    return then.date().toString(Qt::ISODate);
}

QList<StartEntry> recentEntries(const QStringList& paths)
{
    QList<StartEntry> entries;
    for (const QString& path : paths) {
        const QFileInfo info(path);
        StartEntry entry {path, info.fileName(), shortPath(info.path()), {}, info.exists()};
        entry.figures = entry.isThere ? formatFigures(info) : say("not there any more");
        entries << entry;
    }
    return entries;
}

QList<StartEntry> exampleEntries(const QString& folder)
{
    QList<StartEntry> entries;
    QFile index(folder + u"/examples.json"_s);
    if (folder.isEmpty() || !index.open(QIODevice::ReadOnly))
        return entries;
    const QJsonArray examples = QJsonDocument::fromJson(index.readAll()).array();
    for (const QJsonValue& example : examples) {
        const QFileInfo info(folder + u'/' + example["file"_L1].toString());
        if (!info.exists())
            continue;
        entries << StartEntry {info.canonicalFilePath(),
                               example["title"_L1].toString(),
                               example["sentence"_L1].toString(),
                               formatSize(info.size()),
                               true};
    }
    return entries;
}

QList<StartEntry> agentEntries(const QString& folder)
{
    QList<StartEntry> entries;
    const QStringList files = AgentsPage::exampleFiles(folder);
    for (const QString& path : files) {
        // The one that its folder is named after; the page of agents has all of them.
        const QFileInfo info(path);
        if (info.fileName() != info.dir().dirName() + u".agent.json"_s)
            continue;
        const auto read = engine::readAgentConfigFile(QFile::encodeName(path).toStdString());
        const QString name = QFileInfo(path).fileName().section(u'.', 0, 0);
        const bool isNamed = read.config && !read.config->name.empty();
        entries << StartEntry {path,
                               isNamed ? singleLine(read.config->name, 60) : name,
                               read.config ? singleLine(read.config->description, 160) : QString(),
                               {},
                               true};
    }
    return entries;
}

QList<StartEntry> sessionEntries(const engine::SessionFolders& folders, tracestore::Job& job)
{
    Sessions all;
    const std::pair<QString, Find> programs[] = {
        {folders.claudeProjects, tracestore::findClaudeSessions},
        {folders.codex, tracestore::findCodexSessions},
        {folders.gemini, tracestore::findGeminiChats},
    };
    for (const auto& [folder, find] : programs)
        std::ranges::move(foundIn(folder, find, job), std::back_inserter(all));
    tracestore::sortNewestFirst(all);
    all.resize(std::min(all.size(), kMaxSessions));
    QList<StartEntry> entries;
    for (const tracestore::FoundSession& session : all)
        entries << entryOf(session);
    return entries;
}

} // namespace gui
