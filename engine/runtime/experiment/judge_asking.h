#pragma once

#include "engine/runtime/run_pool.h"

#include <QObject>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace engine {

/// Asks a judge one question after another, each in a recorded run of its own. What was recorded by
/// an earlier program is not asked again. Engine's thread.
class JudgeAsking : public QObject
{
    Q_OBJECT

public:
    struct Question
    {
        std::string text;
        std::filesystem::path recordFile; ///< names the question: the same file has the same one
    };

    struct Answer
    {
        std::string text;
        std::string problem; ///< why there is none; empty: there is
    };

    JudgeAsking(AgentConfig judge, std::vector<Question> questions, RunWorld world);

    void start();

    /// As many as there are questions.
    [[nodiscard]] const std::vector<Answer>& answers() const { return m_answers; }

    /// USD, of all; nothing: not known, or a script answered.
    [[nodiscard]] std::optional<double> cost() const { return m_cost; }

signals:
    /// Once, from the event loop.
    void finished();

private:
    std::optional<PooledRun> next();
    bool isAnswered(const Question& question);
    void take(const std::string& id, const RunStatus& status);
    void addCost(std::optional<double> cost);

    AgentConfig m_judge;
    std::vector<Question> m_questions;
    std::vector<Answer> m_answers;
    std::optional<double> m_cost;
    std::size_t m_next = 0;
    RunPool m_pool;
};

} // namespace engine
