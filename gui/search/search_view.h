#pragma once

#include "gui/search/query_runner.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QListView;
class QToolButton;

namespace gui {

class HitsModel;
class QueryEdit;
class SessionContext;

/// Searches that are kept from one start to the next.
class SavedSearches
{
public:
    SavedSearches() = default;
    SavedSearches(const SavedSearches&) = delete;
    SavedSearches& operator=(const SavedSearches&) = delete;
    virtual ~SavedSearches() = default;

    /// What the user has named worth keeping.
    [[nodiscard]] virtual QStringList savedSearches() const = 0;
    virtual void setSavedSearches(const QStringList& queries) = 0;

    /// What was searched lately, the newest first.
    [[nodiscard]] virtual QStringList recentSearches() const = 0;
    virtual void addRecentSearch(const QString& query) = 0;
};

/// Finds steps: a line for the query, what is wrong with it, and the hits as they arrive. The
/// hits are the context's, so that the other views mark them. Nothing is searched before the user
/// stops typing for a moment.
class SearchView : public QWidget
{
    Q_OBJECT

public:
    /// `searches` may be null: nothing is kept then. It outlives the view.
    SearchView(SessionContext& context, SavedSearches* searches, QWidget* parent = nullptr);
    ~SearchView() override;

    /// Brings the line into the state to type in, with all of its text selected.
    void startTyping();

    /// Searches for this now.
    void search(const QString& query);

    [[nodiscard]] QueryEdit& edit() const { return *m_edit; }

    [[nodiscard]] QListView& list() const { return *m_list; }

    /// What stands below the line: what is wrong, or how many hits there are.
    [[nodiscard]] QString message() const;

    [[nodiscard]] bool isSearching() const { return m_runner.isRunning(); }

signals:
    /// The search that was asked for last has come to its end.
    void finished();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void addLine();
    void addList();
    void updateIcons();
    void loadValues();
    void fillSavedMenu();
    void start();
    void searchAgain();
    void showError(const tracestore::QueryError& error);
    void take(const QList<tracestore::QueryHit>& hits);
    void finish(const tracestore::QueryOutcome& outcome);
    void setMessage(const QString& text, bool isError);
    void showProgress();
    void goTo(int row);

    SessionContext& m_context;
    SavedSearches* m_searches;
    QueryEdit* m_edit;
    QToolButton* m_saved;
    QLabel* m_message;
    HitsModel* m_model;
    QListView* m_list;
    QTimer m_pause; ///< since the last key
    QTimer m_ticker;
    QTimer m_growthPause; ///< what is new is searched for hits from time to time
    bool m_isOutdated = false; ///< the trace has grown since it was searched
    QString m_query; ///< that was searched last
    bool m_isError = false;
    QThreadPool m_pool;
    QueryRunner m_runner;
};

} // namespace gui
