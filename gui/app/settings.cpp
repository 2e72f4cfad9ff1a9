#include "gui/app/settings.h"

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    const QString kRecent = u"recent/files"_s;
    const QString kTheme = u"look/theme"_s;
    const QString kGeometry = u"window/geometry"_s;
    const QString kLayout = u"page/layout"_s;
    const QString kVersion = u"page/version"_s;

} // namespace

Settings::Settings(const QString& file)
    : m_settings(file, QSettings::IniFormat)
{ }

QStringList Settings::recent() const
{
    return m_settings.value(kRecent).toStringList();
}

void Settings::addRecent(const QString& path)
{
    QStringList paths = recent();
    paths.removeAll(path);
    paths.prepend(path);
    m_settings.setValue(kRecent, QStringList(paths.mid(0, kMaxRecent)));
}

void Settings::clearRecent()
{
    m_settings.remove(kRecent);
}

QString Settings::theme() const
{
    return m_settings.value(kTheme, u"system"_s).toString();
}

void Settings::setTheme(const QString& id)
{
    m_settings.setValue(kTheme, id);
}

QByteArray Settings::windowGeometry() const
{
    return m_settings.value(kGeometry).toByteArray();
}

void Settings::setWindowGeometry(const QByteArray& geometry)
{
    m_settings.setValue(kGeometry, geometry);
}

QByteArray Settings::pageLayout() const
{
    if (m_settings.value(kVersion).toInt() != kLayoutVersion)
        return {};
    return m_settings.value(kLayout).toByteArray();
}

void Settings::setPageLayout(const QByteArray& layout)
{
    m_settings.setValue(kVersion, kLayoutVersion);
    m_settings.setValue(kLayout, layout);
}

} // namespace gui
