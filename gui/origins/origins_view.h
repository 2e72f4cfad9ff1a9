#pragma once

#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"
#include "tracestore/provenance/origin.h"

#include <QWidget>

#include <memory>

class QAction;
class QLabel;
class QListView;
class QStackedWidget;
class QTimer;

namespace gui {

class OriginsModel;
class SessionContext;

/// Where a text came from, or where it went: answers what is asked of the context's origins, off
/// the GUI thread, and marks the steps that were found. A newer question ends the one before.
class OriginsView : public QWidget
{
    Q_OBJECT

public:
    explicit OriginsView(SessionContext& context, QWidget* parent = nullptr);
    ~OriginsView() override;

    [[nodiscard]] OriginsModel& model() const { return *m_model; }

    [[nodiscard]] QListView& list() const { return *m_list; }

    /// The question, what was looked at, and what is said where there is no list.
    [[nodiscard]] QString question() const;
    [[nodiscard]] QString coverage() const;
    [[nodiscard]] QString message() const; ///< empty while the list is shown

signals:
    /// Somebody has asked: the view should be in sight.
    void wanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void addActions();
    void ask(const tracestore::OriginQuery& query);
    void adopt(const tracestore::Result<tracestore::OriginReport>& report);
    void clear();
    void say(const QString& text);
    void jump(int row);
    void setDirection(tracestore::OriginDirection direction);
    void updateIcons();

    SessionContext& m_context;
    tracestore::OriginQuery m_query;
    std::shared_ptr<tracestore::Job> m_job; ///< of the search under way, or null
    OriginsModel* m_model;
    QLabel* m_question;
    QStackedWidget* m_stack;
    QListView* m_list;
    QLabel* m_message;
    QLabel* m_coverage;
    QTimer* m_busy;
    QAction* m_back;
    QAction* m_forward;
    QAction* m_clear;
};

} // namespace gui
