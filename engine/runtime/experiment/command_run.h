#pragma once

#include "engine/experiment/experiment_results.h"
#include "engine/experiment/scorer.h"

#include <QObject>
#include <QProcess>
#include <QTimer>

#include <filesystem>
#include <string>

namespace engine {

/// Lets a program score a run: without a shell, with the run on its standard input. What it started
/// ends with it, and with this. Engine's thread.
class CommandRun : public QObject
{
    Q_OBJECT

public:
    /// Runs in `folder`, from which a path of the program is read, too.
    CommandRun(CommandScorer scorer, std::filesystem::path folder, std::string input);
    ~CommandRun() override;

    void start();

    [[nodiscard]] const RunScore& score() const { return m_score; }

signals:
    /// Once, from the event loop.
    void finished();

private:
    void read();
    void onFinished();
    void end(RunScore score);
    void killAll();

    CommandScorer m_scorer;
    std::filesystem::path m_folder;
    std::string m_input;
    std::string m_printed;
    std::string m_complained;
    RunScore m_score;
    bool m_isOver = false;
    qint64 m_leader = 0;
    QTimer m_patience;
    QProcess m_process;
};

} // namespace engine
