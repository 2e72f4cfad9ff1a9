#pragma once

#include "engine/cli/output.h"
#include "engine/cli/terminal_line.h"
#include "engine/runtime/run_session.h"

#include <QObject>

#include <memory>
#include <string>

namespace engine::cli {

/// Asks the questions of a replay on the terminal. Where nobody is there to answer, the first one
/// ends the replay.
class ReplayPrompt : public QObject
{
    Q_OBJECT

public:
    ReplayPrompt(RunSession& session, Output& err, bool isAttended);
    ~ReplayPrompt() override;

    /// A question was left open, and ended the replay.
    [[nodiscard]] bool hasGivenUp() const { return m_hasGivenUp; }

private:
    void onStatus();
    void ask(const ReplayQuestion& question);
    void prompt();
    void take(const std::string& line);

    RunSession& m_session;
    Output& m_err;
    bool m_isAttended;
    bool m_hasGivenUp = false;
    ReplayQuestion m_asked; ///< without an effect: none
    TerminalLine m_line;
};

} // namespace engine::cli
