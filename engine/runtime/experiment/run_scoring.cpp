#include "engine/runtime/experiment/run_scoring.h"

#include "engine/experiment/command_score.h"
#include "engine/experiment/experiment_plan.h"
#include "engine/experiment/judge_prompt.h"
#include "engine/experiment/score_run.h"
#include "engine/runtime/experiment/command_run.h"
#include "engine/runtime/experiment/judge_asking.h"
#include "tracestore/base/json_io.h"

#include <QPointer>

#include <algorithm>

namespace engine {
namespace {

    /// Those that need nothing but the run and its recording.
    std::map<std::string, RunScore> scoresHere(const RunScoring::Task& task)
    {
        const ExperimentTask* asked = task.experiment->task(task.result.key.task);
        std::map<std::string, RunScore> scores;
        std::optional<RunEvidence> evidence;
        const bool needsFile = std::ranges::any_of(
            task.scorers, [](const Scorer* scorer) { return needsEvidence(*scorer); });
        if (needsFile) {
            if (auto read = readEvidence(task.folder / task.result.recording))
                evidence = std::move(*read);
        }
        for (const Scorer* scorer : task.scorers) {
            if (isScoredHere(*scorer))
                scores[scorer->name]
                    = scoreRun(*scorer, *asked, task.result, evidence ? &*evidence : nullptr);
        }
        return scores;
    }

} // namespace

RunScoring::RunScoring(Task task, RunWorld world, QThreadPool& pool, QObject& home)
    : m_task(std::move(task))
    , m_world(std::move(world))
    , m_pool(pool)
    , m_home(home)
{
    for (const Scorer* scorer : m_task.scorers) {
        if (!isScoredHere(*scorer))
            m_open.push_back(scorer);
    }
}

RunScoring::~RunScoring() = default;

const ExperimentTask& RunScoring::task() const
{
    return *m_task.experiment->task(m_task.result.key.task);
}

void RunScoring::start()
{
    m_pool.start([self = QPointer(this), home = &m_home, task = m_task] {
        auto scores = std::make_shared<std::map<std::string, RunScore>>(scoresHere(task));
        QMetaObject::invokeMethod(
            home,
            [self, scores] {
                if (self != nullptr)
                    self->takeHere(std::move(*scores));
            },
            Qt::QueuedConnection);
    });
}

void RunScoring::takeHere(std::map<std::string, RunScore> scores)
{
    m_scores = std::move(scores);
    next();
}

void RunScoring::next()
{
    if (m_open.empty()) {
        emit finished();
        return;
    }
    const Scorer& scorer = *m_open.front();
    m_open.pop_front();
    if (const auto* asked = std::get_if<JudgeScorer>(&scorer.rule))
        judge(scorer, *asked);
    else
        command(scorer, std::get<CommandScorer>(scorer.rule));
}

// ---- commands

void RunScoring::command(const Scorer& scorer, const CommandScorer& command)
{
    m_command = std::make_unique<CommandRun>(
        command, m_task.experiment->folder(), commandInput(task(), m_task.result, m_task.folder));
    connect(m_command.get(), &CommandRun::finished, this, [this, &scorer] {
        m_scores[scorer.name] = m_command->score();
        m_command.release()->deleteLater(); // it is telling
        next();
    });
    m_command->start();
}

// ---- judges

/// Who has failed has no answer to judge.
std::optional<RunScore> RunScoring::judgedUnasked(const JudgeScorer& judge) const
{
    const bool isOk = m_task.result.status == OutcomeStatus::Ok;
    const std::string why = "The run ended with " + std::string(toWord(m_task.result.status))
        + ": the judge was not asked.";
    if (judge.against.empty())
        return isOk ? std::nullopt : std::optional(verdict(false, why));
    const bool isOtherOk = m_task.others.at(judge.against).status == OutcomeStatus::Ok;
    if (isOk && isOtherOk)
        return {};
    return RunScore {
        .value = isOk == isOtherOk ? 0.5
            : isOk                 ? 1.0
                                   : 0.0,
        .passed = {},
        .note = isOk ? "The run of `" + judge.against + "` failed: the judge was not asked." : why,
        .cost = {}};
}

/// One for each question: a changed scorer asks anew.
std::filesystem::path RunScoring::judgeFile(const Scorer& scorer, const char* order) const
{
    const RunKey& key = m_task.result.key;
    const std::string what = scorer.name + '\n' + tracestore::toJsonText(scorer.source);
    return m_task.folder / "judge" / filePartOf(key.task)
        / (filePartOf(key.variant) + '.' + std::to_string(key.repeat) + '.' + filePartOf(what)
           + order + ".kymo");
}

void RunScoring::judge(const Scorer& scorer, const JudgeScorer& judge)
{
    if (auto known = judgedUnasked(judge)) {
        m_scores[scorer.name] = std::move(*known);
        return next();
    }
    const std::string& answer = m_task.result.answer;
    std::vector<JudgeAsking::Question> questions;
    if (judge.against.empty()) {
        questions.push_back({gradeQuestion(judge, task(), answer), judgeFile(scorer, "")});
    } else {
        const std::string& other = m_task.others.at(judge.against).answer;
        questions.push_back(
            {choiceQuestion(judge, task(), answer, other), judgeFile(scorer, ".first")});
        questions.push_back(
            {choiceQuestion(judge, task(), other, answer), judgeFile(scorer, ".second")});
    }
    m_judge = std::make_unique<JudgeAsking>(judgeConfig(judge), std::move(questions), m_world);
    connect(m_judge.get(), &JudgeAsking::finished, this, [this, &scorer, &judge] {
        takeJudge(scorer, judge);
    });
    m_judge->start();
}

RunScore RunScoring::judgedScore(const JudgeScorer& judge) const
{
    for (const JudgeAsking::Answer& answer : m_judge->answers()) {
        if (!answer.problem.empty())
            return unknownScore("The judge did not answer: " + answer.problem);
    }
    const auto& answers = m_judge->answers();
    const std::string odd = "The judge did not answer as it was asked to: ";
    if (judge.against.empty()) {
        const auto grade = readGrade(answers.front().text);
        if (!grade)
            return unknownScore(odd + answers.front().text);
        return {.value = grade->grade,
                .passed = grade->grade >= judge.passesFrom,
                .note = grade->reason,
                .cost = {}};
    }
    const auto first = readChoice(answers[0].text);
    const auto second = readChoice(answers[1].text);
    if (!first || !second)
        return unknownScore(odd + (first ? answers[1] : answers[0]).text);
    return choiceScore(*first, *second);
}

void RunScoring::takeJudge(const Scorer& scorer, const JudgeScorer& judge)
{
    RunScore score = judgedScore(judge);
    score.cost = m_judge->cost();
    m_scores[scorer.name] = std::move(score);
    m_judge.release()->deleteLater(); // it is telling
    next();
}

} // namespace engine
