#include "engine/runtime/step_sampling.h"

#include "engine/policy/error_class.h"
#include "engine/provider/make_provider.h"
#include "engine/run/effect_facts.h"
#include "tracestore/base/json_io.h"

#include <QPointer>
#include <QTimer>

#include <algorithm>

namespace engine {

using tracestore::Duration;
using tracestore::Result;
using SampleState = StepSample::State;

namespace {

    constexpr std::size_t kMostSamples = 1'000;
    constexpr std::size_t kMostAtOnce = 32;
    constexpr std::uint32_t kFewestAttempts = 4;

    /// As the agent has it, but never so that a provider that is busy fails a sample at once.
    RetryConfig retryOf(RetryConfig config)
    {
        config.attempts = std::max(config.attempts, kFewestAttempts);
        return config;
    }

    std::string errorText(const Outcome& outcome)
    {
        if (!outcome.error)
            return "It failed.";
        return outcome.error->message.empty() ? outcome.error->type : outcome.error->message;
    }

} // namespace

StepSampling::StepSampling(SampleRequest request, RunWorld world, QThreadPool& pool, QObject& home)
    : m_request(std::move(request))
    , m_world(std::move(world))
    , m_pool(pool)
    , m_home(home)
    , m_keys(m_world.environment)
{
    m_request.count = std::clamp<std::size_t>(m_request.count, 1, kMostSamples);
    m_request.concurrency = std::clamp<std::size_t>(m_request.concurrency, 1, kMostAtOnce);
    m_report.isEstimate = m_request.isEstimate;
}

StepSampling::~StepSampling() = default;

void StepSampling::start()
{
    m_pool.start([self = QPointer(this),
                  home = &m_home,
                  request = m_request,
                  prices = m_world.prices,
                  now = m_world.clock.now()] {
        auto plan = std::make_shared<Result<SamplePlan>>(planSamples(request, prices.get(), now));
        QMetaObject::invokeMethod(
            home,
            [self, plan] {
                if (self != nullptr)
                    self->takePlan(std::move(*plan));
            },
            Qt::QueuedConnection);
    });
}

void StepSampling::cancel()
{
    if (m_report.isOver)
        return;
    m_report.isCancelled = true;
    stopSending();
    tell();
}

/// Nothing more is sent, and nothing that was sent is heard of.
void StepSampling::stopSending()
{
    m_next = m_report.samples.size();
    m_underWay = 0;
    m_fetch.reset();
    m_calls.clear(); // abandoned: their connections are closed
    for (StepSample& sample : m_report.samples) {
        if (sample.state == SampleState::Running || sample.state == SampleState::WaitsToRetry)
            sample.state = SampleState::Waiting;
    }
}

void StepSampling::fail(std::string problem)
{
    m_report.problem = std::move(problem);
    stopSending();
    tell();
}

/// The last word where nothing is left to do.
void StepSampling::tell()
{
    if (m_report.isOver)
        return;
    const bool isIdle = m_underWay == 0 && m_toWrite.empty();
    const bool hasBegun = !m_report.samples.empty() && m_next == m_report.samples.size();
    const bool isStopped = m_report.isCancelled || !m_report.problem.empty();
    const bool isEstimated = m_request.isEstimate && m_report.estimate;
    m_report.isOver = isIdle && (hasBegun || isStopped || isEstimated);
    emit reported();
}

// ---- before anything is sent

void StepSampling::takePlan(Result<SamplePlan> plan)
{
    if (m_report.isOver)
        return;
    if (!plan)
        return fail(plan.error().message);
    m_plan = std::make_shared<const SamplePlan>(std::move(*plan));
    const ModelTarget& target = m_plan->source.call.target;
    m_report.step = m_plan->source.step;
    m_report.provider = target.provider;
    m_report.model = target.model;
    m_report.isScripted = m_plan->isScripted;
    m_report.notes = m_plan->notes;
    m_report.estimate = m_plan->estimate;
    tell();
    if (!m_request.isEstimate && !m_report.isOver)
        fetchKeys();
}

void StepSampling::fetchKeys()
{
    const auto missing = m_keys.missing(keyNeeds(m_plan->config));
    if (missing.empty() || m_world.vault == nullptr)
        return begin();
    m_fetch = std::make_unique<KeyFetch>(*m_world.vault, true, m_world.patience);
    connect(m_fetch.get(), &KeyFetch::waiting, this, [this] {
        m_report.waitsFor = "the key store of the desktop, which may ask you to unlock it";
        tell();
    });
    connect(m_fetch.get(), &KeyFetch::finished, this, [this] {
        m_keys.setFetched(m_fetch->found(), m_fetch->problem());
        m_fetch.release()->deleteLater(); // it is telling
        m_report.waitsFor.clear();
        begin();
    });
    m_fetch->start(missing);
}

void StepSampling::begin()
{
    for (const KeyNeed& need : keyNeeds(m_plan->config)) {
        const auto key = need.isEntry ? m_keys.ofEntry(need.name) : m_keys.ofVariable(need.name);
        if (key)
            m_mask.add(need.name, key->reveal());
    }
    auto provider = makeProvider(m_plan->config.providers.front(),
                                 {m_world.clock, m_keys, QProcessEnvironment::systemEnvironment()});
    if (!provider)
        return fail(provider.error().message);
    m_provider = std::move(*provider);
    for (const ChatRequest& request : m_plan->before)
        m_provider->passOver(request);
    m_retry = std::make_unique<Retry>(retryOf(m_plan->config.policies.retry), m_world.random);
    m_report.samples.resize(m_request.count);
    m_calls.resize(m_request.count);
    m_began.resize(m_request.count);
    m_outcomes.resize(m_request.count);
    startMore();
    tell();
}

// ---- sending

void StepSampling::startMore()
{
    while (m_next < m_report.samples.size() && m_underWay < m_request.concurrency) {
        ++m_underWay;
        send(m_next++);
    }
}

Effect StepSampling::effectOf(std::size_t place) const
{
    // By its number the tries of one sample are told from those of another.
    return {.id = {.agent = "sample",
                   .turn = static_cast<std::uint32_t>(place + 1),
                   .ordinal = 1,
                   .attempt = m_report.samples[place].attempts,
                   .part = {}},
            .effectClass = m_plan->source.effectClass,
            .request = m_plan->source.call};
}

void StepSampling::send(std::size_t place)
{
    StepSample& sample = m_report.samples[place];
    sample.state = SampleState::Running;
    ++sample.attempts;
    m_began[place] = m_world.clock.now();
    Call& call = m_calls[place];
    call.provider = m_provider->copy();
    if (call.provider == nullptr)
        call.provider = m_provider;
    call.running = call.provider->start(
        m_plan->source.call.request,
        {.delta = {}, .done = [this, place](Outcome outcome) { take(place, std::move(outcome)); }});
}

/// Its call is still telling.
void StepSampling::letGo(std::size_t place)
{
    QTimer::singleShot(0, [call = std::make_shared<Call>(std::move(m_calls[place]))] {});
    m_calls[place] = {};
}

void StepSampling::take(std::size_t place, Outcome outcome)
{
    outcome.origin = m_provider->origin();
    m_mask.mask(outcome);
    letGo(place);
    if (outcome.isOk())
        takeAnswer(place, std::move(outcome));
    else
        takeFailure(place, outcome);
    startMore();
    tell();
}

void StepSampling::takeFailure(std::size_t place, const Outcome& outcome)
{
    StepSample& sample = m_report.samples[place];
    const Effect effect = effectOf(place);
    const Attempt attempt {effect, sample.attempts, m_world.clock.now()};
    Retry::Decisions decisions;
    const AfterAttempt after = m_retry->after(attempt, outcome, decisions);
    sample.told = errorText(outcome);
    if (!decisions.empty())
        sample.told += " " + decisions.back().reason;
    if (const auto* again = std::get_if<TryAgain>(&after))
        return wait(place, again->delay);
    sample.state = SampleState::Failed;
    ++m_report.failed;
    --m_underWay;
    // What is wrong with the request is wrong with all of them.
    if (m_report.done == 0 && classOf(outcome) == ErrorClass::Permanent)
        fail("The provider does not take the request: " + errorText(outcome));
}

void StepSampling::wait(std::size_t place, Duration delay)
{
    constexpr std::int64_t kMsInNs = 1'000'000;
    m_report.samples[place].state = SampleState::WaitsToRetry;
    ++m_report.retries;
    const auto milliseconds
        = std::chrono::milliseconds((delay.ns + kMsInNs - 1) / kMsInNs); // never early
    QTimer::singleShot(milliseconds, Qt::PreciseTimer, this, [this, place] {
        if (m_report.samples[place].state != SampleState::WaitsToRetry)
            return; // it was cancelled
        send(place);
        tell();
    });
}

void StepSampling::addCost(StepSample& sample, Outcome& outcome)
{
    if (!outcome.response)
        return;
    sample.usage = outcome.response->usage;
    if (m_plan->isScripted)
        return;
    const std::string& model = outcome.response->model.empty() ? m_plan->source.call.target.model
                                                               : outcome.response->model;
    if (!outcome.cost && m_world.prices != nullptr && sample.usage)
        outcome.cost = m_world.prices->costOf(model, m_world.clock.now(), *sample.usage);
    if (outcome.cost)
        sample.cost = outcome.cost->amount;
    m_report.cost += sample.cost.value_or(0);
    m_report.isCostKnown = m_report.isCostKnown && sample.cost;
}

void StepSampling::takeAnswer(std::size_t place, Outcome outcome)
{
    StepSample& sample = m_report.samples[place];
    outcome.end = m_world.clock.now();
    if (!m_plan->edits.empty())
        outcome.note = kEditedNote;
    addCost(sample, outcome);
    sample.state = SampleState::Done;
    sample.told.clear();
    sample.outcome = clusterOutcomes({outcome}).front().label;
    ++m_report.done;
    --m_underWay;
    m_outcomes[place] = std::move(outcome);
    cluster();
    m_toWrite.push_back(place);
    if (m_toWrite.size() == 1)
        writeNext();
}

void StepSampling::cluster()
{
    std::vector<Outcome> outcomes;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < m_report.samples.size(); ++i) {
        if (m_report.samples[i].state != SampleState::Done)
            continue;
        outcomes.push_back(m_outcomes[i]);
        places.push_back(i);
    }
    m_report.clusters = clusterOutcomes(outcomes);
    for (OutcomeCluster& cluster : m_report.clusters) {
        for (std::size_t& member : cluster.members)
            member = places[member];
    }
}

// ---- keeping them

SampleResult StepSampling::resultOf(std::size_t place) const
{
    Effect effect = effectOf(place);
    m_mask.mask(effect.request);
    SampleResult result {.mark = {.source = m_plan->source.file.string(),
                                  .root = m_plan->source.root,
                                  .step = m_plan->source.step,
                                  .number = place + 1,
                                  .count = m_request.count,
                                  .change = m_mask.masked(m_plan->change)},
                         .edits = m_plan->edits,
                         .wanted = wanted(effect),
                         .ended = ended(m_outcomes[place]),
                         .began = m_began[place],
                         .end = m_outcomes[place].end};
    for (tracestore::EditMade& edit : result.edits) {
        edit.before = m_mask.masked(std::move(edit.before));
        edit.after = m_mask.masked(std::move(edit.after));
    }
    return result;
}

tracestore::RunStarted StepSampling::runOf() const
{
    return {.name = m_plan->source.agent,
            .input = {},
            .configuration = m_mask.masked(tracestore::toJsonText(m_plan->config.source)),
            .program = "kymo " KYMO_VERSION,
            .foldVersion = kFoldVersion,
            .isScripted = m_plan->isScripted,
            .folder = m_mask.masked(m_plan->config.folder.string())};
}

void StepSampling::writeNext()
{
    const std::size_t place = m_toWrite.front();
    m_pool.start([self = QPointer(this),
                  home = &m_home,
                  plan = m_plan,
                  place,
                  sample = resultOf(place),
                  run = runOf()] {
        auto file = plan->makesBranches
            ? writeSampleBranch(plan->source, sample)
            : writeSampleRecording(plan->folder, plan->source, sample, run);
        QMetaObject::invokeMethod(
            home,
            [self, place, file = std::make_shared<decltype(file)>(std::move(file))] {
                if (self != nullptr)
                    self->takeFile(place, *file);
            },
            Qt::QueuedConnection);
    });
}

void StepSampling::takeFile(std::size_t place, const Result<std::filesystem::path>& file)
{
    StepSample& sample = m_report.samples[place];
    if (file) {
        sample.file = QString::fromStdString(file->string());
        sample.isBranch = m_plan->makesBranches;
    } else {
        sample.problem = file.error().message;
    }
    m_toWrite.pop_front();
    if (!m_toWrite.empty())
        writeNext();
    tell();
}

} // namespace engine
