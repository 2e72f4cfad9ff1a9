#pragma once

#include "engine/config/agent_config.h"
#include "engine/experiment/experiment.h"
#include "engine/experiment/experiment_results.h"

#include <optional>
#include <string>

namespace engine {

/// What a judge is asked: how good an answer is. The texts of the task and the answer stand in it
/// as JSON, so that they cannot pass for instructions of ours.
std::string
gradeQuestion(const JudgeScorer& judge, const ExperimentTask& task, const std::string& answer);

/// Which of two answers is better.
std::string choiceQuestion(const JudgeScorer& judge,
                           const ExperimentTask& task,
                           const std::string& first,
                           const std::string& second);

/// What a judge said: a grade from 0 to 1; nothing: it is none.
struct JudgeGrade
{
    double grade = 0;
    std::string reason;
};

std::optional<JudgeGrade> readGrade(const std::string& said);

/// Which it found better: the first, the second, or neither.
struct JudgeChoice
{
    int better = 0; ///< 1, 2, 0 for neither
    std::string reason;
};

std::optional<JudgeChoice> readChoice(const std::string& said);

/// The score of an answer that was compared in both orders: once as the first, once as the second.
/// 1 better, 0 worse, 0.5 neither, also where the judge goes by the order; between them where it
/// saw a difference in one order only.
RunScore choiceScore(const JudgeChoice& asFirst, const JudgeChoice& asSecond);

/// The agent that judges: the model of a configuration, without tools and with no budget but its
/// own.
AgentConfig judgeConfig(const JudgeScorer& judge);

} // namespace engine
