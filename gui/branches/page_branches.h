#pragma once

#include "gui/branches/fork_place.h"

#include <QObject>

class QMenu;

namespace gui {

class BranchesView;
class SessionContext;

/// What branches add to the page of a trace: their view, and Fork From Here in the menus of steps.
/// GUI thread.
class PageBranches : public QObject
{
    Q_OBJECT

public:
    explicit PageBranches(SessionContext& context, QObject* parent = nullptr);

    /// It belongs to whom it is given to, and goes before this does.
    [[nodiscard]] BranchesView& view() const { return *m_view; }

    /// What the page shows was read from this file, or is written to it; empty: none. `canRun`:
    /// agents are run here.
    void setRecording(const QString& file, bool canRun);

    [[nodiscard]] const QString& recording() const { return m_recording; }

    /// Whether and where a branch can begin at a step.
    [[nodiscard]] ForkPlace placeOf(tracestore::SpanId span) const;

    /// Whether it can at the selected one; asked for again only where something has changed.
    [[nodiscard]] ForkPlace placeOfSelected() const;

signals:
    /// A call of a model is to be sent again, many times.
    void sampleRequested(tracestore::SpanId span);
    void forkRequested(const QString& recording, const std::string& effect, qint64 number);
    void openRequested(const QString& file);
    void compareRequested(const QString& one, const QString& other, const std::string& step);

private:
    void fillMenu(QMenu* menu, tracestore::SpanId span, const QString& field);
    void showReason();

    SessionContext& m_context;
    BranchesView* m_view;
    QString m_recording;
    bool m_canRun = false;
};

} // namespace gui
