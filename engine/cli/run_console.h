#pragma once

#include "engine/cli/interrupt_watch.h"
#include "engine/cli/output.h"
#include "engine/cli/terminal_line.h"
#include "engine/runtime/run_session.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace engine::cli {

/// A run on the terminal: shows what models say while they say it, and what tools do; asks the
/// user; ends the run when it has answered, or by Ctrl+C. Ends the event loop when all is closed.
class RunConsole : public QObject
{
    Q_OBJECT

public:
    struct Manner
    {
        /// The options that every command with a run on the terminal has.
        void addTo(CLI::App& app);

        std::vector<std::string> allowed; ///< tools whose calls need no question
        bool isJson = false;
        bool isQuiet = false;
        bool isResumed = false; ///< what is recorded is not shown again
        std::optional<std::string> nextInput; ///< said when the run has answered
        /// Whether somebody elsewhere can answer questions; empty: nobody.
        std::function<bool()> isAttended;
    };

    RunConsole(RunSession& session, Output& out, Output& err, Manner manner);
    ~RunConsole() override;

    /// Who could have answered a question has gone.
    void askAgain() { onStatus(); }

    /// Prints how it ended; after the event loop.
    void finish();

private:
    class Watcher;

    void onStatus();
    void ask(const RunQuestion& question);
    void close();
    void writeJson() const;

    RunSession& m_session;
    Output& m_out;
    Output& m_err;
    Manner m_manner;
    std::shared_ptr<Watcher> m_watcher;
    InterruptWatch m_interrupt;
    std::string m_asked; ///< the effect whose question waits for a line
    TerminalLine m_line;
    bool m_isClosing = false;
    bool m_hasToldWait = false;
    std::string m_closeProblem;
};

} // namespace engine::cli
