#pragma once

#include "gui/search/search_view.h"
#include "gui/widgets/shown_metrics.h"

#include <QByteArray>
#include <QJsonArray>
#include <QSettings>
#include <QStringList>

namespace gui {

/// What the desktop remembers from one start to the next. States of windows carry a version: those
/// of another are ignored. GUI thread.
class Settings : public SavedSearches
{
public:
    static constexpr int kMaxRecent = 20;
    static constexpr int kMaxMarkedTraces = 200;
    static constexpr int kLayoutVersion = 2;

    /// `file` is made when something is first remembered.
    explicit Settings(const QString& file);

    /// Paths, the newest first.
    [[nodiscard]] QStringList recent() const;
    void addRecent(const QString& path);
    void clearRecent();

    /// Files of agents that were worked on, the newest first.
    [[nodiscard]] QStringList recentAgents() const;
    void addRecentAgent(const QString& path);

    [[nodiscard]] QStringList savedSearches() const override;
    void setSavedSearches(const QStringList& queries) override;
    [[nodiscard]] QStringList recentSearches() const override;
    void addRecentSearch(const QString& query) override;

    /// The bookmarks of a trace, by its path; kept for the traces that were marked lately.
    [[nodiscard]] QJsonArray bookmarks(const QString& path) const;
    void setBookmarks(const QString& path, const QJsonArray& marks);

    /// An id of Theme::available(), or `system`.
    [[nodiscard]] QString theme() const;
    void setTheme(const QString& id);

    [[nodiscard]] QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);

    /// Of the docks of a trace; empty where none, or one of another version, was saved.
    [[nodiscard]] QByteArray pageLayout() const;
    void setPageLayout(const QByteArray& layout);

    /// The same of a run, which has docks of the debugger.
    [[nodiscard]] QByteArray runLayout() const;
    void setRunLayout(const QByteArray& layout);

    /// The same of a trace that one goes through.
    [[nodiscard]] QByteArray travelLayout() const;
    void setTravelLayout(const QByteArray& layout);

    /// The same of a comparison.
    [[nodiscard]] QByteArray compareLayout() const;
    void setCompareLayout(const QByteArray& layout);

    /// Which figures comparisons show; a change is remembered.
    [[nodiscard]] ShownMetrics& comparedMetrics() { return m_compared; }

    /// The same of reports of experiments.
    [[nodiscard]] ShownMetrics& reportedMetrics() { return m_reported; }

private:
    QSettings m_settings;
    ShownMetrics m_compared;
    ShownMetrics m_reported;
};

} // namespace gui
