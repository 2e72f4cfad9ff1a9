#pragma once

#include "engine/runtime/engine_service.h"

#include <QObject>

#include <optional>

namespace gui {

/// A run as its debugger sees it, shared by everything that shows or orders something of it: how it
/// stands, the pending step that one looks at, and the orders. GUI thread; outlives its views.
class RunDebugger : public QObject
{
    Q_OBJECT

public:
    RunDebugger(engine::EngineService& engine, engine::RunId run, QObject* parent = nullptr);
    ~RunDebugger() override;

    [[nodiscard]] engine::RunId run() const { return m_run; }

    [[nodiscard]] const engine::RunStatus& status() const { return m_status; }

    [[nodiscard]] const engine::DebugStatus& debug() const { return m_status.debug; }

    [[nodiscard]] bool isPaused() const
    {
        return debug().state == engine::DebugState::Paused && m_isAlive;
    }

    /// Whether the run goes on, so that there is something to order.
    [[nodiscard]] bool isAlive() const { return m_isAlive; }

    /// One goes through a trace: nothing can be changed.
    [[nodiscard]] bool isTravel() const { return m_status.isTravel; }

    /// The pending step that one looks at: the chosen one, else that of the stop. Null where
    /// nothing of the kind is pending.
    [[nodiscard]] const engine::PendingStep* step() const;

    /// What is known of that step; nothing until it is told.
    [[nodiscard]] const std::optional<engine::StepInspection>& inspection() const
    {
        return m_inspection;
    }

    /// Looks at another pending step; what is not pending is passed over.
    void choose(const std::string& effect);

    /// Where breakpoints of a condition are named in words.
    [[nodiscard]] const engine::DebugSetup& setup() const { return m_setup; }

    /// Breakpoints, watches and faults hold from now on. `isKnown`: the run was started with them.
    void setSetup(const engine::DebugSetup& setup, bool isKnown = false);

    /// Gives an order. Those after which steps go on are put off where an edit that is being typed
    /// cannot be taken.
    void order(const engine::DebugOrder& order);

    /// Evaluates at the step that one looks at; evaluated() brings the number back.
    std::uint64_t evaluate(const std::string& expression);

    /// Brings a step into sight, in the trace too.
    void reveal(const std::string& effect);

signals:
    /// The status is another one.
    void changed();
    /// It has stopped anew.
    void stopped();
    /// The step that one looks at, or what is known of it, is another one.
    void stepChanged();
    void evaluated(const engine::Evaluation& value);
    void logged(const engine::DebugLine& line);
    void lineWritten(const QString& line);
    /// Steps are about to go on: editors hand in what was typed, or clear `mayGoOn` and say why.
    void aboutToGoOn(bool& mayGoOn);
    void revealRequested(const std::string& effect);
    /// Somebody wants to type into the editor of the step that one looks at.
    void editRequested();
    /// An answer, an error or a fault for a step is to be asked for.
    void answerRequested();
    void failureRequested();
    void faultRequested();

private:
    void takeStatus(const engine::RunStatus& status);
    void takeInspection(const engine::StepInspection& step);
    void inspect();

    engine::EngineService& m_engine;
    engine::RunId m_run;
    engine::RunStatus m_status;
    engine::DebugSetup m_setup;
    bool m_isSetupSent = false; ///< to a run of another program
    bool m_isAlive = true;
    std::string m_chosen;
    std::string m_inspected; ///< asked for last
    std::uint64_t m_lastStop = 0;
    std::uint64_t m_evaluations = 0;
    std::optional<engine::StepInspection> m_inspection;
};

} // namespace gui
