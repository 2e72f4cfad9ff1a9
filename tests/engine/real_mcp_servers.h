#pragma once

#include "engine/config/agent_config.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>

namespace tests {

/// Servers of tools that others have written. Where they are installed, in the build folder; empty
/// with a reason where they are not.
class RealServers
{
public:
    RealServers()
    {
        m_node = QStandardPaths::findExecutable(QStringLiteral("node"));
        const QString npm = QStandardPaths::findExecutable(QStringLiteral("npm"));
        if (m_node.isEmpty() || npm.isEmpty() || majorVersion() < 20) {
            m_problem = QStringLiteral("node 20 or newer and npm are not on this machine");
            return;
        }
        m_folder = QStringLiteral(KYMO_REAL_MCP_BUILD);
        QDir().mkpath(m_folder);
        if (!QFile::exists(script("server-memory")) && !install(npm))
            m_problem = QStringLiteral("the servers could not be installed by npm ci");
    }

    [[nodiscard]] const QString& problem() const { return m_problem; }

    [[nodiscard]] QString script(const char* server) const
    {
        return m_folder + QStringLiteral("/node_modules/@modelcontextprotocol/")
            + QString::fromLatin1(server) + QStringLiteral("/dist/index.js");
    }

    [[nodiscard]] engine::McpConfig config(const char* server, const QStringList& arguments) const
    {
        engine::McpConfig config {.name = server,
                                  .command = {m_node.toStdString(), script(server).toStdString()}};
        for (const QString& argument : arguments)
            config.command.push_back(argument.toStdString());
        return config;
    }

private:
    [[nodiscard]] int majorVersion() const
    {
        QProcess node;
        node.start(m_node, {QStringLiteral("--version")});
        node.waitForFinished(10'000);
        return QString::fromLatin1(node.readAll()).section(u'.', 0, 0).remove(u'v').toInt();
    }

    [[nodiscard]] bool install(const QString& npm) const
    {
        for (const QString& file :
             {QStringLiteral("package.json"), QStringLiteral("package-lock.json")}) {
            QFile::remove(m_folder + u'/' + file);
            QFile::copy(QStringLiteral(KYMO_REAL_MCP_SOURCE) + u'/' + file, m_folder + u'/' + file);
        }
        QProcess process;
        process.setWorkingDirectory(m_folder);
        process.start(npm,
                      {QStringLiteral("ci"),
                       QStringLiteral("--ignore-scripts"),
                       QStringLiteral("--no-audit"),
                       QStringLiteral("--no-fund")});
        return process.waitForFinished(90'000) && process.exitCode() == 0;
    }

    QString m_node;
    QString m_folder;
    QString m_problem;
};

} // namespace tests
