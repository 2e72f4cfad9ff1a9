#include "engine/runtime/experiment/experiment_scoring.h"

#include "engine/experiment/score_run.h"

#include <algorithm>

namespace engine {
namespace {

    /// The variants that judges compare with others.
    const std::string* comparedWith(const Scorer& scorer)
    {
        const auto* judge = std::get_if<JudgeScorer>(&scorer.rule);
        return judge == nullptr || judge->against.empty() ? nullptr : &judge->against;
    }

} // namespace

ExperimentScoring::ExperimentScoring(std::shared_ptr<const Experiment> experiment,
                                     std::filesystem::path folder,
                                     RunWorld world,
                                     Find find)
    : m_experiment(std::move(experiment))
    , m_folder(std::move(folder))
    , m_world(std::move(world))
    , m_find(std::move(find))
{ }

ExperimentScoring::~ExperimentScoring()
{
    m_works.clear();
    m_pool.waitForDone();
}

void ExperimentScoring::add(const RunKey& key)
{
    enqueue(key);
    const bool isWaitedFor = std::ranges::any_of(m_experiment->scorers, [&](const Scorer& scorer) {
        const std::string* other = comparedWith(scorer);
        return other != nullptr && *other == key.variant;
    });
    for (const Variant& variant : m_experiment->variants) {
        if (isWaitedFor && variant.name != key.variant)
            enqueue({.task = key.task, .variant = variant.name, .repeat = key.repeat});
    }
    QMetaObject::invokeMethod(this, &ExperimentScoring::startMore, Qt::QueuedConnection);
}

void ExperimentScoring::enqueue(const RunKey& key)
{
    if (!m_isStopped && m_find(key) != nullptr
        && std::ranges::find(m_waiting, key) == m_waiting.end())
        m_waiting.push_back(key);
}

void ExperimentScoring::stop()
{
    m_isStopped = true;
    m_waiting.clear();
    m_works.clear();
    QMetaObject::invokeMethod(this, &ExperimentScoring::startMore, Qt::QueuedConnection);
}

/// What is missing and has all that it needs.
std::vector<const Scorer*> ExperimentScoring::ready(const RunResult& result) const
{
    std::vector<const Scorer*> scorers = missingScores(*m_experiment, result);
    std::erase_if(scorers, [&](const Scorer* scorer) {
        const std::string* other = comparedWith(*scorer);
        return other != nullptr
            && m_find({.task = result.key.task, .variant = *other, .repeat = result.key.repeat})
            == nullptr;
    });
    return scorers;
}

void ExperimentScoring::startMore()
{
    // In their order; one that is at work waits for its end.
    for (auto key = m_waiting.begin();
         !m_isStopped && key != m_waiting.end() && m_works.size() < m_experiment->concurrency;) {
        if (m_works.contains(*key)) {
            ++key;
            continue;
        }
        const RunKey next = *key;
        key = m_waiting.erase(key);
        const RunResult* result = m_find(next);
        std::vector<const Scorer*> scorers
            = result == nullptr ? std::vector<const Scorer*> {} : ready(*result);
        if (!scorers.empty())
            start(next, *result, std::move(scorers));
    }
    if (isIdle())
        emit idle();
}

void ExperimentScoring::start(const RunKey& key,
                              const RunResult& result,
                              std::vector<const Scorer*> scorers)
{
    RunScoring::Task task {.experiment = m_experiment,
                           .folder = m_folder,
                           .result = result,
                           .scorers = std::move(scorers),
                           .others = {}};
    for (const Scorer* scorer : task.scorers) {
        if (const std::string* other = comparedWith(*scorer))
            task.others[*other]
                = *m_find({.task = key.task, .variant = *other, .repeat = key.repeat});
    }
    auto& work = m_works[key];
    work = std::make_unique<RunScoring>(std::move(task), m_world, m_pool, *this);
    connect(work.get(), &RunScoring::finished, this, [this, key] { finish(key); });
    work->start();
}

void ExperimentScoring::finish(const RunKey& key)
{
    const auto work = m_works.find(key);
    RunResult result = *m_find(key);
    for (const auto& [name, score] : work->second->scores())
        result.scores[name] = score;
    work->second.release()->deleteLater(); // it is telling
    m_works.erase(work);
    emit scored(result);
    startMore();
}

} // namespace engine
