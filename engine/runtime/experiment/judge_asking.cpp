#include "engine/runtime/experiment/judge_asking.h"

#include "engine/runtime/experiment/recorded_result.h"

#include <system_error>

namespace engine {

JudgeAsking::JudgeAsking(AgentConfig judge, std::vector<Question> questions, RunWorld world)
    : m_judge(std::move(judge))
    , m_questions(std::move(questions))
    , m_answers(m_questions.size(), Answer {.text = {}, .problem = "It was stopped."})
    , m_pool(1, std::move(world), [this] { return next(); })
{
    connect(&m_pool, &RunPool::ended, this, &JudgeAsking::take);
    connect(&m_pool, &RunPool::idle, this, &JudgeAsking::finished);
}

void JudgeAsking::start()
{
    m_pool.wake();
}

std::optional<PooledRun> JudgeAsking::next()
{
    while (m_next < m_questions.size()) {
        const std::size_t place = m_next++;
        const Question& question = m_questions[place];
        if (isAnswered(question))
            continue;
        std::error_code ignored;
        std::filesystem::create_directories(question.recordFile.parent_path(), ignored);
        return PooledRun {.id = std::to_string(place),
                          .agent = m_judge,
                          .input = question.text,
                          .recordFile = question.recordFile};
    }
    return {};
}

/// Of an earlier program. What was cut off was paid all the same, and goes.
bool JudgeAsking::isAnswered(const Question& question)
{
    std::error_code ignored;
    if (!std::filesystem::exists(question.recordFile, ignored))
        return false;
    const auto read = readRecordedResult(question.recordFile);
    if (read) {
        const auto cost = read->result.metrics.find(metric::kCost);
        addCost(cost == read->result.metrics.end() ? std::nullopt : std::optional(cost->second));
    }
    if (read && read->isComplete && read->result.status == OutcomeStatus::Ok) {
        m_answers[m_next - 1] = {.text = read->result.answer, .problem = {}};
        return true;
    }
    std::filesystem::remove(question.recordFile, ignored);
    return false;
}

void JudgeAsking::take(const std::string& id, const RunStatus& status)
{
    Answer& answer = m_answers[std::stoul(id)];
    const AgentResult result = status.result.value_or(AgentResult {});
    answer.text = result.answer;
    answer.problem.clear();
    if (!status.problem.empty())
        answer.problem = status.problem;
    else if (result.status != OutcomeStatus::Ok)
        answer.problem = result.reason.empty() ? "It did not answer." : result.reason;
    addCost(status.figures.cost);
}

void JudgeAsking::addCost(std::optional<double> cost)
{
    if (cost)
        m_cost = m_cost.value_or(0) + *cost;
}

} // namespace engine
