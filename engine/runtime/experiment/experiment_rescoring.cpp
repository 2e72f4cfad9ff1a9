#include "engine/runtime/experiment/experiment_rescoring.h"

#include "engine/experiment/experiment_folder.h"
#include "engine/experiment/score_run.h"

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    /// Whether what a scorer said of a task still holds.
    bool isSameScore(const Experiment& before,
                     const Experiment& now,
                     const std::string& scorer,
                     const std::string& task)
    {
        const Scorer* old = before.scorer(scorer);
        const Scorer* own = now.scorer(scorer);
        if (old == nullptr || own == nullptr || old->source != own->source)
            return false;
        const auto* oldJudge = std::get_if<JudgeScorer>(&old->rule);
        const auto* ownJudge = std::get_if<JudgeScorer>(&own->rule);
        if (oldJudge != nullptr && ownJudge != nullptr
            && oldJudge->agent.source != ownJudge->agent.source)
            return false;
        const ExperimentTask* oldTask = before.task(task);
        const ExperimentTask* ownTask = now.task(task);
        return oldTask != nullptr && ownTask != nullptr && oldTask->expected == ownTask->expected;
    }

} // namespace

ExperimentRescoring::ExperimentRescoring(std::filesystem::path folder, RunWorld world)
    : m_folder(std::move(folder))
    , m_world(std::move(world))
{ }

ExperimentRescoring::~ExperimentRescoring() = default;

Result<void> ExperimentRescoring::open(std::optional<Experiment> changed, bool isAll)
{
    auto there = readExperimentFolder(m_folder);
    if (!there)
        return fail(std::move(there).error());
    if (changed && runsKeyOf(*changed) != there->runsKey)
        return fail(ErrorCode::Invalid,
                    "The experiment differs from that of " + m_folder.string()
                        + " in more than its scorers and what tasks expect: its runs are others. "
                          "Run it in a new folder.");
    if (auto opened = m_results.open(m_folder); !opened)
        return opened;
    m_experiment
        = std::make_shared<const Experiment>(changed ? std::move(*changed) : there->experiment);
    std::vector<RunResult> results = m_results.results();
    for (RunResult& result : results) {
        std::erase_if(result.scores, [&](const auto& score) {
            return isAll
                || !isSameScore(there->experiment, *m_experiment, score.first, result.key.task);
        });
    }
    // First the scores go, then the scorers: whoever is killed between them finds them missing.
    if (auto replaced = m_results.replace(std::move(results)); !replaced)
        return replaced;
    if (auto written = writeExperimentFolder(m_folder, *m_experiment, there->shard); !written)
        return written;
    m_scoring = std::make_unique<ExperimentScoring>(
        m_experiment, m_folder, m_world, [this](const RunKey& key) { return m_results.find(key); });
    connect(m_scoring.get(), &ExperimentScoring::scored, this, [this](const RunResult& result) {
        if (const auto saved = m_results.append(result); !saved) {
            m_problem = saved.error().message;
            return m_scoring->stop();
        }
        ++m_scored;
    });
    connect(m_scoring.get(), &ExperimentScoring::idle, this, [this] {
        if (!std::exchange(m_isOver, true))
            emit finished();
    });
    return {};
}

void ExperimentRescoring::start()
{
    bool hasAny = false;
    for (const RunResult& result : m_results.results()) {
        if (missingScores(*m_experiment, result).empty())
            continue;
        hasAny = true;
        m_scoring->add(result.key);
    }
    if (!hasAny)
        QMetaObject::invokeMethod(this, &ExperimentRescoring::finished, Qt::QueuedConnection);
}

void ExperimentRescoring::stop()
{
    m_scoring->stop();
}

} // namespace engine
