#include "gui/debug/workspace_file.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

namespace gui {

using namespace Qt::StringLiterals;
using engine::DebugSetup;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    /// Many thousand breakpoints; more is no list that a person has made.
    constexpr qint64 kMostBytes = qint64 {16} << 20;

    QString sentence(const char* text)
    {
        return QCoreApplication::translate("workspace_file", text);
    }

} // namespace

Result<DebugSetup> readSetupFile(const QString& path)
{
    QFile file(path);
    if (!QFileInfo(path).isFile() || !file.open(QFile::ReadOnly))
        return fail(ErrorCode::Io,
                    sentence("The file %1 could not be read.")
                        .arg(QFileInfo(path).fileName())
                        .toStdString());
    if (file.size() > kMostBytes)
        return fail(ErrorCode::Limit,
                    sentence("The file is too large for a list of breakpoints.").toStdString());
    const QByteArray text = file.readAll();
    return engine::readDebugSetup({text.constData(), static_cast<std::size_t>(text.size())});
}

Result<void> writeSetupFile(const QString& path, const DebugSetup& setup)
{
    const std::string text = engine::toJsonText(setup);
    QDir().mkpath(QFileInfo(path).absolutePath());
    QSaveFile file(path);
    const bool isWritten = file.open(QSaveFile::WriteOnly)
        && file.write(text.data(), static_cast<qint64>(text.size()))
            == static_cast<qint64>(text.size())
        && file.commit();
    if (isWritten)
        return {};
    return fail(
        ErrorCode::Io,
        sentence("%1 could not be written: %2.").arg(path, file.errorString()).toStdString());
}

Result<QString> keepAside(const QString& path)
{
    constexpr int kMostKept = 100;
    QString aside = path + u".broken"_s;
    for (int i = 2; QFileInfo::exists(aside) && i < kMostKept; ++i)
        aside = path + u".broken-%1"_s.arg(i);
    if (QFile::rename(path, aside))
        return aside;
    return fail(ErrorCode::Io, "The file could not be renamed.");
}

} // namespace gui
