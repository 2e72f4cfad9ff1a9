#pragma once

#include "engine/runtime/engine_service.h"
#include "gui/app/services.h"
#include "gui/debug/answer_dialog.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <deque>
#include <unordered_map>

class QLabel;
class QPlainTextEdit;
class QScrollArea;
class QStackedWidget;

namespace gui {

class ConsoleModel;
class DivergencePanel;
class RunBar;
class RunDebugger;
class TracePage;
class TravelBar;

/// The tab of a run: its trace as it grows, with the bar of the run above. It follows the run of
/// the service and ends it for good when it goes.
class RunTab : public QWidget
{
    Q_OBJECT

public:
    /// Services with an engine.
    RunTab(engine::RunId run, const Services& services, QWidget* parent = nullptr);

    /// The same for a run that goes on with a recording: its page goes on, too.
    RunTab(engine::RunId run, const Services& services, TracePage* page, QWidget* parent);

    /// The tab that a trace had before one went through it, and has again afterwards.
    struct TravelHome
    {
        QWidget* tab = nullptr; ///< a TraceTab or RunTab
        QString title;
        QString path; ///< of its file; may be empty
    };

    /// The same for a journey through a trace. `opening`: orders that it begins with, each given
    /// when the one before has been carried out.
    RunTab(engine::RunId run,
           const Services& services,
           TracePage* page,
           TravelHome home,
           std::vector<engine::DebugOrder> opening,
           QWidget* parent);
    ~RunTab() override;

    /// One goes through a trace that is over.
    [[nodiscard]] bool isTravel() const { return m_home.tab != nullptr; }

    [[nodiscard]] const TravelHome& home() const { return m_home; }

    /// One has gone through its trace before.
    [[nodiscard]] bool hasTravelled() const { return m_hasTravelled; }

    /// The tab of before belongs to whom it is given to; this one is of no use then.
    void releaseHome() { m_home.tab = nullptr; }

    /// Null where nobody goes through a trace.
    [[nodiscard]] TravelBar* travelBar() const { return m_travelBar; }

    /// Gives its page away, as it was before the run; nothing is shown here then.
    TracePage* takePage();

    /// Shows a page again that was given away.
    void takeBack(TracePage* page);

    [[nodiscard]] engine::RunId run() const { return m_run; }

    [[nodiscard]] const engine::RunStatus& status() const { return m_status; }

    /// For the tab bar: the agent, and that it is a script where it is.
    [[nodiscard]] QString title() const;

    /// Null until there is a trace.
    [[nodiscard]] TracePage* page() const { return m_page; }

    /// Whether closing it would stop something.
    [[nodiscard]] bool isActive() const;

    [[nodiscard]] RunBar& bar() const { return *m_bar; }

    [[nodiscard]] RunDebugger& debugger() const { return *m_debugger; }

    [[nodiscard]] ConsoleModel& console() const { return *m_console; }

    /// How it was started, so that it can be started again; nothing where that is not known.
    [[nodiscard]] const std::optional<engine::RunRequest>& request() const { return m_request; }

    void setRequest(const engine::RunRequest& request) { m_request = request; }

    /// It is a branch of this name.
    void setBranch(const QString& name) { m_branch = name; }

    /// The name or socket by which one has attached to it.
    void setListenName(const QString& name);

    /// Selects the step at which the run has stopped, in every view.
    void showStop();

signals:
    void statusChanged();
    /// The button of its bar.
    void stopRequested();
    /// One has seen enough of a trace that one went through.
    void leaveRequested();
    /// Somebody is to look at the run: it has stopped, or a breakpoint asks for it.
    void attentionWanted(bool withSound);
    /// There is a page now, or another.
    void opened();
    void grown();

protected:
    void showEvent(QShowEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void takeStatus(const engine::RunStatus& status);
    [[nodiscard]] QString waitingText() const;
    void takeTrace(const tracestore::TracePtr& trace);
    void showTrace(const tracestore::TracePtr& trace);
    void showPage(TracePage* page);
    void takeText(const std::string& effect, const QString& text);
    void takeLine(const QString& line);
    void findEffects();
    [[nodiscard]] std::optional<tracestore::Timestamp> now();
    void updateNow();
    void connectDebugger();
    void markStop();
    void addTravelBar();
    void markPlace();
    void takeTravelStatus();
    void takeReplayStatus();
    void giveOpening();
    [[nodiscard]] QString placeText() const;
    void reveal(const std::string& effect);
    void chooseSelected();
    void askForFault();
    void askForAnswer(AnswerDialog::Mode mode);
    void showConsole(bool isWanted);
    void listen();
    [[nodiscard]] tracestore::SpanId spanOf(const std::string& effect) const;

    engine::RunId m_run;
    const Services& m_services;
    engine::RunStatus m_status;
    std::optional<engine::RunRequest> m_request;
    QString m_branch; ///< its name; empty: it is none
    QString m_listenName; ///< empty: it is of this program
    RunDebugger* m_debugger;
    ConsoleModel* m_console;
    RunBar* m_bar;
    QStackedWidget* m_stack;
    QLabel* m_waiting; ///< before there is a trace
    QPlainTextEdit* m_lines; ///< the console while there are no docks
    int m_consoleLines = 0;
    TracePage* m_page = nullptr;
    tracestore::TracePtr m_unseen; ///< came while nobody looked
    bool m_goesToStop = false; ///< as soon as its step is in the trace
    bool m_showsRequest = false; ///< it was put in front for a stop
    bool m_isLent = false; ///< its page is where one goes through its trace
    bool m_hasTravelled = false;
    QByteArray m_layoutBefore; ///< of the page, before it came here, or before it was lent

    DivergencePanel* m_divergence = nullptr; ///< of a replay
    QScrollArea* m_divergenceArea = nullptr; ///< it may take more room than there is
    bool m_hasDiverged = false; ///< it asked something

    // Of a journey.
    TravelHome m_home;
    TravelBar* m_travelBar = nullptr;
    std::deque<engine::DebugOrder> m_opening;
    std::uint64_t m_openingStop = 0; ///< at which the last of them was given
    std::optional<std::size_t> m_position; ///< that views were told of
    std::vector<std::uint32_t> m_stepNumbers; ///< by span, from 1; of the session
    std::uint32_t m_stepCount = 0;

    std::unordered_map<std::string, tracestore::SpanId> m_spans; ///< by the effect they show
    std::size_t m_spansKnown = 0; ///< how many of the trace were looked at for it
    std::unordered_map<std::string, QString> m_unplaced; ///< texts of effects without a span
    QString m_speech; ///< of the effect that spoke last
    std::string m_speaker;
    std::optional<tracestore::Timestamp> m_latest; ///< the latest time in the trace
    QElapsedTimer m_sinceLatest;
    QTimer m_ticker; ///< moves the ends of what runs
};

} // namespace gui
