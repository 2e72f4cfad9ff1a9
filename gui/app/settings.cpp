#include "gui/app/settings.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    const QString kRecent = u"recent/files"_s;
    const QString kRecentAgents = u"recent/agents"_s;
    const QString kSavedSearches = u"search/saved"_s;
    const QString kRecentSearches = u"search/recent"_s;
    const QString kBookmarks = u"bookmarks/traces"_s;
    const QString kTheme = u"look/theme"_s;
    const QString kGeometry = u"window/geometry"_s;
    const QString kLayout = u"page/layout"_s;
    const QString kRunLayout = u"page/runLayout"_s;
    const QString kTravelLayout = u"page/travelLayout"_s;
    const QString kCompareLayout = u"page/compareLayout"_s;
    const QString kVersion = u"page/version"_s;
    const QString kHiddenCompared = u"compare/hiddenMetrics"_s;
    const QString kHiddenReported = u"report/hiddenMetrics"_s;

} // namespace

Settings::Settings(const QString& file)
    : m_settings(file, QSettings::IniFormat)
    , m_compared(m_settings.value(kHiddenCompared).toStringList())
    , m_reported(m_settings.value(kHiddenReported).toStringList())
{
    const auto keep = [this](ShownMetrics& metrics, const QString& key) {
        QObject::connect(&metrics, &ShownMetrics::changed, &metrics, [this, &metrics, key] {
            m_settings.setValue(key, metrics.hidden());
        });
    };
    keep(m_compared, kHiddenCompared);
    keep(m_reported, kHiddenReported);
}

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

QStringList Settings::recentAgents() const
{
    return m_settings.value(kRecentAgents).toStringList();
}

void Settings::addRecentAgent(const QString& path)
{
    QStringList paths = recentAgents();
    paths.removeAll(path);
    paths.prepend(path);
    m_settings.setValue(kRecentAgents, QStringList(paths.mid(0, kMaxRecent)));
}

QStringList Settings::savedSearches() const
{
    return m_settings.value(kSavedSearches).toStringList();
}

void Settings::setSavedSearches(const QStringList& queries)
{
    m_settings.setValue(kSavedSearches, queries);
}

QStringList Settings::recentSearches() const
{
    return m_settings.value(kRecentSearches).toStringList();
}

void Settings::addRecentSearch(const QString& query)
{
    QStringList queries = recentSearches();
    queries.removeAll(query);
    // While a word is typed, its beginnings are searched too: the longest is what was meant.
    if (!queries.isEmpty() && query.startsWith(queries.front()))
        queries.removeFirst();
    queries.prepend(query);
    m_settings.setValue(kRecentSearches, QStringList(queries.mid(0, kMaxRecent)));
}

QJsonArray Settings::bookmarks(const QString& path) const
{
    const QJsonArray traces
        = QJsonDocument::fromJson(m_settings.value(kBookmarks).toByteArray()).array();
    for (const QJsonValue& trace : traces) {
        if (trace[u"path"_s].toString() == path)
            return trace[u"marks"_s].toArray();
    }
    return {};
}

void Settings::setBookmarks(const QString& path, const QJsonArray& marks)
{
    const QJsonArray before
        = QJsonDocument::fromJson(m_settings.value(kBookmarks).toByteArray()).array();
    QJsonArray traces;
    if (!marks.isEmpty())
        traces << QJsonObject {{u"path"_s, path}, {u"marks"_s, marks}};
    for (const QJsonValue& trace : before) {
        if (trace[u"path"_s].toString() != path && traces.size() < kMaxMarkedTraces)
            traces << trace;
    }
    m_settings.setValue(kBookmarks, QJsonDocument(traces).toJson(QJsonDocument::Compact));
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

QByteArray Settings::runLayout() const
{
    if (m_settings.value(kVersion).toInt() != kLayoutVersion)
        return {};
    return m_settings.value(kRunLayout).toByteArray();
}

void Settings::setRunLayout(const QByteArray& layout)
{
    m_settings.setValue(kVersion, kLayoutVersion);
    m_settings.setValue(kRunLayout, layout);
}

QByteArray Settings::travelLayout() const
{
    if (m_settings.value(kVersion).toInt() != kLayoutVersion)
        return {};
    return m_settings.value(kTravelLayout).toByteArray();
}

void Settings::setTravelLayout(const QByteArray& layout)
{
    m_settings.setValue(kVersion, kLayoutVersion);
    m_settings.setValue(kTravelLayout, layout);
}

QByteArray Settings::compareLayout() const
{
    if (m_settings.value(kVersion).toInt() != kLayoutVersion)
        return {};
    return m_settings.value(kCompareLayout).toByteArray();
}

void Settings::setCompareLayout(const QByteArray& layout)
{
    m_settings.setValue(kVersion, kLayoutVersion);
    m_settings.setValue(kCompareLayout, layout);
}

} // namespace gui
