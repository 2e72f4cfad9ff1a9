#pragma once

#include "engine/cli/output.h"
#include "engine/runtime/run_session.h"

#include <QObject>
#include <QSocketNotifier>

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
    void readLine();
    void take(const std::string& line);

    RunSession& m_session;
    Output& m_err;
    bool m_isAttended;
    bool m_hasGivenUp = false;
    ReplayQuestion m_asked; ///< without an effect: none
    std::string m_line;
    std::unique_ptr<QSocketNotifier> m_input;
};

} // namespace engine::cli
