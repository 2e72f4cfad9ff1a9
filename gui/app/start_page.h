#pragma once

#include "gui/app/start_lists.h"
#include "tracestore/base/job.h"

#include <QWidget>

#include <memory>

class QVBoxLayout;

namespace gui {

struct Services;

/// What one sees before a trace is open: recent traces, the examples that come with Kymo, the
/// sessions of agents in the user's home, and the ways to open others. The lists are made in
/// the background.
class StartPage : public QWidget
{
    Q_OBJECT

public:
    explicit StartPage(const Services& services, QWidget* parent = nullptr);
    ~StartPage() override;

    /// Looks for what there is anew.
    void refresh();

signals:
    void openRequested();
    void openFolderRequested();
    void pathRequested(const QString& path);
    /// Empty: the page of agents, without a file.
    void agentRequested(const QString& path);
    void agentsRequested();
    /// All lists are there; after each refresh().
    void listed();

private:
    struct Section
    {
        QWidget* box = nullptr;
        QVBoxLayout* rows = nullptr;
        QString emptyText;
        qsizetype shown = 0; ///< rows at first; the others on request
    };

    struct Lists
    {
        QList<StartEntry> recent;
        QList<StartEntry> examples;
        QList<StartEntry> sessions;
        QList<StartEntry> agents;
    };

    QWidget* makeHead();
    Section makeSection(const QString& title, const QString& emptyText, qsizetype shown);
    using Request = void (StartPage::*)(const QString& path);

    void fill(Section& section,
              const QList<StartEntry>& entries,
              qsizetype count,
              Request request = &StartPage::pathRequested);
    void showLists(const Lists& lists);

    const Services& m_services;
    Section m_recent;
    Section m_examples;
    Section m_sessions;
    Section m_agents;
    std::shared_ptr<tracestore::Job> m_job; ///< of the listing that is under way
};

} // namespace gui
