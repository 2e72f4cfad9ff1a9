#pragma once

#include "engine/cli/debugger/debug_words.h"
#include "engine/cli/debugger/line_source.h"
#include "engine/cli/debugger/run_narrator.h"
#include "engine/cli/debugger/script_line.h"
#include "engine/cli/output.h"
#include "engine/runtime/engine_service.h"

#include <QObject>
#include <QProcess>
#include <QTemporaryFile>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace engine::cli {

/// The line debugger: reads commands, gives the orders that they mean to a run, and tells where it
/// stops. One command at a time: the next line is read when the one before is done and the run is
/// at rest (held, asking, or over). Works on a run of this program and on one that it attaches to.
class DebugConsole : public QObject
{
    Q_OBJECT

public:
    /// What is debugged, and how.
    struct Manner
    {
        QString agentFile;
        std::string input; ///< of `run` without one
        QString recordFile; ///< empty: nothing is kept
        QString socket; ///< attaches to the run that listens there; else empty
        tracestore::TracePtr trace; ///< is gone through; null: something is run
        tracestore::SessionId session; ///< of the trace
        DebugSetup setup;
        std::deque<ScriptLine> script; ///< commands that come before the first line that is read
        bool isBatch = false; ///< ends with the script
        std::vector<std::string> names; ///< of tools and agents, for completion
    };

    /// Service, lines and outputs outlive it.
    DebugConsole(
        EngineService& service, LineSource& lines, Output& out, Output& err, Manner manner);
    ~DebugConsole() override;

    void begin();

    /// Ctrl+C: stops a run before its next step, the second time for good; at a prompt the line is
    /// forgotten.
    void interrupt();

    /// Ends as `quit` does.
    void quit();

    /// How the last run stands.
    [[nodiscard]] const RunStatus& status() const { return m_status; }

    [[nodiscard]] bool hasRun() const { return m_run != 0; }

    [[nodiscard]] bool hasFailed() const { return m_hasFailed; }

    /// For a line that is being typed.
    [[nodiscard]] std::vector<std::string> completions(std::string_view line) const;

signals:
    void over();

private:
    enum class Progress
    {
        Done,
        Waits, ///< for something that the engine tells
        Over
    };
    using Outcome = tracestore::Result<Progress>;

    enum class Wait
    {
        Nothing,
        Rest, ///< until the run is held, asks or is over
        Told, ///< an inspection or evaluation
        Order, ///< until an order was taken
        Editor
    };

    // The flow: debug_console.cpp.
    void next();
    void read(const std::string& line);
    void execute(const std::string& line);
    void collect(const std::string& line);
    void finish(bool isOk);
    void tellFailedLine();
    void fail(const std::string& message);
    void announce(const std::string& text);
    void tell(Output& to, const std::string& text);
    void onStatus(const RunStatus& status);
    void onInspection(const StepInspection& step);
    void onEvaluation(const Evaluation& value);
    void onDebugLine(const DebugLine& line);
    void takeSetup(const DebugSetup& setup);
    [[nodiscard]] bool isAtRest() const;
    void tellRest();
    void goOnStepping();
    [[nodiscard]] bool isLive() const;

    [[nodiscard]] bool isTravel() const { return m_manner.trace != nullptr; }

    void tellPlaying();

    // What commands do: debug_commands.cpp.
    Outcome dispatch(const DebugWord& word, const std::string& typed, std::string_view rest);
    Outcome run(const std::string& input, bool stopsAtEntry);
    Outcome resume(DebugOrder order);
    Outcome step(StepMode mode, std::string_view count, bool isBack = false);
    Outcome goOn(std::string_view rest);
    Outcome travelOn(std::string_view count, bool isBack);
    Outcome travel(const DebugWord& word, std::string_view rest);
    Outcome goTo(std::string_view rest);
    Outcome play(std::string_view rest);
    Outcome order(DebugOrder order, std::string done = {});
    Outcome say(std::string_view text);
    Outcome reply(std::string_view text, bool mustBeApproval);
    Outcome addBreakpoint(tracestore::Result<Breakpoint> breakpoint, bool isOneShot);
    Outcome watch(std::string_view expression);
    Outcome display(std::string_view expression);
    Outcome undisplay(std::string_view numbers);
    Outcome switchAll(std::string_view what, DebugWordId id);
    Outcome switchFaults(std::string_view numbers, DebugWordId id);
    Outcome change(std::string_view number, const std::function<Outcome(Breakpoint&)>& how);
    Outcome startCommands(std::string_view number);
    Outcome group(std::string_view rest);
    Outcome info(std::string_view what);
    [[nodiscard]] std::string infoText(InfoId id) const;
    Outcome print(std::string_view expression);
    Outcome list(std::string_view rest);
    Outcome edit(std::string_view rest);
    Outcome set(std::string_view assignment);
    Outcome edited(const std::string& path, const std::string& value);
    Outcome openEditor(const std::string& text, const std::string& path);
    void closeEditor(int code, const std::string& path);
    Outcome answer(std::string_view text);
    Outcome failStep(std::string_view rest);
    Outcome inject(std::string_view rest);
    Outcome testMode(std::string_view rest);
    Outcome save(std::string_view file);
    Outcome source(std::string_view file);
    Outcome inspect(std::string effect, std::function<Outcome(const StepInspection&)> then);
    Outcome evaluate(const std::string& expression, std::function<Outcome(const Evaluation&)> then);
    [[nodiscard]] tracestore::Result<const PendingStep*> held() const;
    Outcome applySetup(const std::string& told);
    void take(Outcome outcome);

    EngineService& m_service;
    LineSource& m_lines;
    Output& m_out;
    Output& m_err;
    Manner m_manner;
    RunNarrator m_narrator;
    DebugSetup m_setup;
    SetTestMode m_testMode;
    BreakpointId m_lastBreakpoint = 0;
    WatchId m_lastWatch = 0;
    FaultId m_lastFault = 0;
    RunId m_run = 0;
    int m_runs = 0; ///< that were started
    RunStatus m_status;
    ScriptLine m_line; ///< that is being done; number 0: somebody typed it
    bool m_isAsking = false; ///< for a line
    bool m_isOver = false;
    bool m_hasFailed = false;
    std::string m_repeated; ///< what an empty line does
    Wait m_wait = Wait::Nothing;
    bool m_hasMoved = false; ///< since the wait began
    RunState m_stateBefore = RunState::Ended; ///< when the wait began
    std::uint64_t m_toldStop = 0; ///< the stop that was told last
    std::string m_toldQuestion; ///< the effect of the question that was told last
    RunState m_toldState = RunState::Starting;
    int m_interrupts = 0; ///< since the run was at rest
    std::uint64_t m_request = 0; ///< the evaluation that is waited for
    bool m_hadProblem = false; ///< an order was refused
    bool m_wasAnswered = false; ///< an order was; its status may not have been told yet
    std::string m_doneText; ///< told when an order was taken
    std::function<Outcome(const StepInspection&)> m_onInspection;
    std::function<Outcome(const Evaluation&)> m_onEvaluation;
    std::uint64_t m_stepsLeft = 0;
    DebugOrder m_steppedBy; ///< what is done again while there are steps left
    tracestore::SpanId m_played; ///< the step that playing told last
    BreakpointId m_collects = 0; ///< `commands` of this one are being typed
    std::vector<BreakpointAction> m_collected;
    bool m_collectedGoesOn = false;
    std::unique_ptr<QTemporaryFile> m_edited;
    std::unique_ptr<QProcess> m_editor;
};

} // namespace engine::cli
