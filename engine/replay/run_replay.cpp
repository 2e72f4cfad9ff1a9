#include "engine/replay/run_replay.h"

#include "engine/agent/agent.h"
#include "tracestore/base/ensure.h"

#include <QMetaObject>

namespace engine {

using tracestore::Result;
using tracestore::RunEvent;

namespace {

    /// Everything that is done again comes from the event loop at once: nothing waits for the
    /// world. From one fact to the next it takes a few rounds of it; after so many without any,
    /// none comes any more.
    constexpr int kQuietRounds = 500;

    bool isStateEdit(const RunEvent& event)
    {
        return event.effect.empty() && std::holds_alternative<tracestore::EditMade>(event.fact);
    }

} // namespace

RunReplay::RunReplay(RecordedRun run,
                     ReplayExtent extent,
                     RunLog& log,
                     OutcomeSource& live,
                     ReplaySource::HasParts hasParts)
    : m_run(std::move(run))
    , m_log(log)
    , m_facts(
          m_run,
          extent,
          [this] { onTaken(); },
          [this](const ReplayDivergence& divergence) { tellDivergence(divergence); })
    , m_source(m_facts, extent, live, log, std::move(hasParts))
{
    connect(&m_watch, &QTimer::timeout, this, &RunReplay::lookWhetherItMoves);
    log.replay(m_facts, m_run.events());
}

RunReplay::~RunReplay() = default;

void RunReplay::whenSaved(std::int64_t number, std::function<void(Result<void>)> then)
{
    if (m_recorder != nullptr)
        m_recorder->whenSaved(number, std::move(then));
    else if (number <= m_run.events().back()->number)
        QMetaObject::invokeMethod(
            this, [then = std::move(then)] { then({}); }, Qt::QueuedConnection);
    else
        m_saving.push_back({number, std::move(then)});
}

void RunReplay::start(EditState editState)
{
    m_editState = std::move(editState);
    if (hasCaughtUp())
        QMetaObject::invokeMethod(this, &RunReplay::caughtUp, Qt::QueuedConnection);
    else
        m_watch.start(0);
}

std::optional<std::string> RunReplay::nextInput() const
{
    const RunEvent* first = m_facts.first();
    if (first == nullptr)
        return {};
    return m_facts.nextInput(std::string(rootOf(first->agent)));
}

const tracestore::RunEnded* RunReplay::nextEnd() const
{
    const RunEvent* first = m_facts.first();
    return first == nullptr ? nullptr : std::get_if<tracestore::RunEnded>(&first->fact);
}

void RunReplay::onTaken()
{
    if (hasCaughtUp()) {
        m_watch.stop();
        QMetaObject::invokeMethod(this, &RunReplay::caughtUp, Qt::QueuedConnection);
    } else if (isStateEdit(*m_facts.first())) {
        // The agent is still at what was taken.
        QMetaObject::invokeMethod(this, &RunReplay::editNext, Qt::QueuedConnection);
    } else {
        m_source.deliverNext();
    }
}

void RunReplay::editNext()
{
    const RunEvent* next = m_facts.first();
    if (next == nullptr || !isStateEdit(*next) || m_facts.hasDiverged())
        return;
    const auto& edit = std::get<tracestore::EditMade>(next->fact);
    auto edited = m_editState(next->agent, edit.after);
    if (edited)
        return;
    ReplayDivergence divergence;
    divergence.event = next->number;
    divergence.agent = next->agent;
    divergence.what = tracestore::typeWord(next->fact);
    divergence.field = "the edit of the state";
    divergence.message = "Event " + std::to_string(next->number)
        + " of the recording changes the state of " + next->agent
        + ", which does not work now: " + edited.error().message;
    m_facts.diverge(std::move(divergence));
}

void RunReplay::lookWhetherItMoves()
{
    m_facts.settle();
    m_quietRounds = m_seen == m_facts.takenCount() ? m_quietRounds + 1 : 0;
    m_seen = m_facts.takenCount();
    if (m_quietRounds < kQuietRounds || hasCaughtUp() || m_facts.hasDiverged())
        return;
    m_facts.tellMissing(m_source.held());
}

std::string RunReplay::madeBy() const
{
    const tracestore::RunStarted& started = m_run.started();
    if (started.foldVersion == kFoldVersion && started.program == "kymo " KYMO_VERSION)
        return {};
    return " It was recorded by " + started.program + " (fold version "
        + std::to_string(started.foldVersion) + "), this is kymo " KYMO_VERSION " (fold version "
        + std::to_string(kFoldVersion) + ").";
}

void RunReplay::tellDivergence(const ReplayDivergence& divergence)
{
    m_watch.stop();
    // Whoever is told takes apart what is speaking.
    QMetaObject::invokeMethod(
        this, [this, divergence] { emit diverged(divergence); }, Qt::QueuedConnection);
}

void RunReplay::goOn(Gate& gate, SaveBarrier& recorder, InDoubtChoice choice)
{
    ENSURE(hasCaughtUp() && !hasGoneOn());
    m_recorder = &recorder;
    tracestore::RunResumed resumed;
    for (const RunEvent* event : m_source.inDoubt())
        resumed.inDoubt.push_back(event->effect);
    m_log.goOn(std::move(resumed));
    for (Saving& saving : std::exchange(m_saving, {}))
        recorder.whenSaved(saving.number, std::move(saving.then));
    m_source.goOn(gate, recorder, choice);
}

} // namespace engine
