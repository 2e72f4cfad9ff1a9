#pragma once

#ifndef Q_MOC_RUN // the moc of Qt 6.4 cannot read it
#include "tracestore/base/job.h"
#include "tracestore/findings/finding.h"
#endif

#include <QWidget>

#include <array>
#include <memory>

class QAction;
class QElapsedTimer;
class QLabel;
class QScrollArea;
class QSplitter;
class QStackedWidget;
class QTimer;
class QToolButton;
class QTreeView;

namespace gui {

class FindingsModel;
class SessionContext;
class TickedLabel;

/// The classic faults that rules see in the trace: a list by rule, and below it what the chosen one
/// means and what helps. Looked for off the GUI thread, again when the trace has grown; a trace of
/// more steps than kMostUnasked is looked at when the view is first in sight.
class FindingsView : public QWidget
{
    Q_OBJECT

public:
    static constexpr std::size_t kMostUnasked = 50'000;

    explicit FindingsView(SessionContext& context, QWidget* parent = nullptr);
    ~FindingsView() override;

    [[nodiscard]] FindingsModel& model() const { return *m_model; }

    [[nodiscard]] QTreeView& list() const { return *m_list; }

    /// What stands in the place of the list; empty where there is one.
    [[nodiscard]] QString message() const;

    /// The texts of the chosen finding as they are shown.
    [[nodiscard]] QString details() const;

    /// The same as one text, for the clipboard; empty where none is chosen.
    [[nodiscard]] QString chosenAsText() const;

public slots:
    void copy();
    void goToNextStep();
    void goToPreviousStep();

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void setUpList();
    void setUpDetails();
    void addActions();
    void addFilter(tracestore::Severity severity);
    void look();
    void adopt(const tracestore::Result<tracestore::FindingReport>& report);
    void updateTexts();
    void markSteps();
    [[nodiscard]] QString placeText(const tracestore::Finding& finding) const;
    void updateColors();
    void choose(int finding, bool isByUser);
    void showRule(const QModelIndex& rule);
    void showHint();
    void goToStep(std::size_t place);
    [[nodiscard]] const tracestore::Finding* chosen() const;
    void showMenu(QPoint place);

    SessionContext& m_context;
    FindingsModel* m_model;
    QStackedWidget* m_stack;
    QLabel* m_message;
    QSplitter* m_page;
    QTreeView* m_list;
    QScrollArea* m_details;
    TickedLabel* m_title;
    TickedLabel* m_explanation;
    QLabel* m_wayOutHeading;
    TickedLabel* m_wayOut;
    QLabel* m_gaps;
    QWidget* m_steps; ///< to walk the steps of a finding
    QLabel* m_place;
    QToolButton* m_previous;
    QToolButton* m_next;
    QTimer* m_pause; ///< before a trace that grows is looked at again
    std::array<QAction*, 3> m_filters {};
    std::shared_ptr<tracestore::Job> m_job;
    std::unique_ptr<QElapsedTimer> m_clock;
    QString m_problem;
    int m_chosen = -1; ///< into the findings
    std::size_t m_step = 0; ///< of the chosen one
    bool m_isStale = true; ///< the trace is not the one that was looked at
    bool m_isAdopting = false;
};

} // namespace gui
