#include "engine/travel/travel_session.h"

#include <QMetaObject>
#include <QPointer>

#include <algorithm>

namespace engine {

using tracestore::Job;
using tracestore::Result;

namespace {

    /// Changes of states that are gone through at once; more of them elsewhere.
    constexpr std::size_t kNearStates = 4'000;
    /// Expressions that are kept for when they are asked for again.
    constexpr std::size_t kMostLines = 64;

} // namespace

/// With which one can begin.
struct TravelSession::Ready
{
    std::shared_ptr<const TravelLine> line;
    std::shared_ptr<StateLine> states;
};

TravelSession::TravelSession(tracestore::TracePtr trace, tracestore::SessionId session, World world)
    : m_trace(std::move(trace))
    , m_session(session.isValid() ? session : tracestore::SessionId(0))
    , m_world(world)
{
    constexpr int kTickMs = 30;
    m_play.setInterval(kTickMs);
    connect(&m_play, &QTimer::timeout, this, &TravelSession::playOn);
}

TravelSession::~TravelSession()
{
    for (const auto& job : m_jobs)
        job->cancel();
}

/// Works on another thread; `then` comes on this one, unless it was cancelled or failed.
template<class Made>
std::shared_ptr<Job> TravelSession::make(std::function<Result<Made>(Job&)> work,
                                         std::function<void(const Made&)> then)
{
    auto job = std::make_shared<Job>();
    m_jobs.push_back(job);
    m_world.pool.start([guard = QPointer<TravelSession>(this),
                        home = &m_world.home,
                        job,
                        work = std::move(work),
                        then = std::move(then)] {
        auto made = std::make_shared<Result<Made>>(work(*job));
        QMetaObject::invokeMethod(
            home,
            [guard, job, made, then] {
                if (guard.isNull())
                    return;
                std::erase(guard->m_jobs, job);
                if (*made && !job->isCancelled())
                    then(**made);
                guard->tellSoon();
            },
            Qt::QueuedConnection);
    });
    return job;
}

void TravelSession::start(const DebugSetup& setup)
{
    m_setup = setup;
    const bool hasSession = m_trace != nullptr && m_session.index() < m_trace->sessions().size();
    if (!hasSession || m_trace->roots(m_session).empty()) {
        m_problem = "There is no step in it that one could go through.";
        return tellSoon();
    }
    make<Ready>(
        [trace = m_trace, session = m_session](Job& job) -> Result<Ready> {
            auto line = TravelLine::make(trace, session, job);
            if (!line)
                return tracestore::fail(line.error());
            auto states = StateLine::make(*line, job);
            if (!states)
                return tracestore::fail(states.error());
            return Ready {*line, std::move(*states)};
        },
        [this](const Ready& ready) { takeLine(ready); });
}

void TravelSession::takeLine(const Ready& ready)
{
    m_line = ready.line;
    m_states = ready.states;
    m_details = std::make_unique<DetailCache>(*m_trace);
    m_position = m_positionBefore = firstPosition();
    makeHits();
    makeWatchLines();
    search([this] {
        if (m_hits == nullptr)
            return false;
        tellLines(m_position + 1, m_position);
        stopAt(m_position, DebugStop::Cause::Entry);
        return true;
    });
    for (const DebugOrder& order : std::exchange(m_early, {}))
        take(order);
}

void TravelSession::makeHits()
{
    m_hits.reset();
    if (m_hitsJob != nullptr)
        m_hitsJob->cancel();
    using Made = std::shared_ptr<const HitLine>;
    m_hitsJob = make<Made>([line = m_line, breakpoints = m_setup.breakpoints](
                               Job& job) { return HitLine::make(*line, breakpoints, job); },
                           [this](const Made& hits) {
                               m_hits = hits;
                               goOnSearching();
                           });
}

void TravelSession::withRepeats(std::function<void()> then)
{
    if (m_repeats != nullptr)
        return then();
    m_repeatWaiters.push_back(std::move(then));
    if (std::exchange(m_areRepeatsUnderWay, true))
        return;
    using Made = std::shared_ptr<const RepeatLine>;
    make<Made>([line = m_line](Job& job) { return RepeatLine::make(*line, job); },
               [this](const Made& repeats) {
                   m_repeats = repeats;
                   for (const auto& each : std::exchange(m_repeatWaiters, {}))
                       each();
               });
}

/// Follows an expression through the session, once for each.
void TravelSession::withExpression(const Expression& expression,
                                   const std::string& agent,
                                   LineTaker then)
{
    const std::pair key(expression.text(), agent);
    if (const auto known = m_lines.find(key); known != m_lines.end())
        return then(known->second);
    auto& waiters = m_lineWaiters[key];
    waiters.push_back(std::move(then));
    if (waiters.size() > 1)
        return;
    using Made = std::shared_ptr<const ExpressionLine>;
    make<Made>([line = m_line, expression, agent](
                   Job& job) { return ExpressionLine::make(*line, expression, agent, job); },
               [this, key](const Made& line) {
                   if (m_lines.size() >= kMostLines)
                       m_lines.clear();
                   m_lines[key] = line;
                   for (const LineTaker& each : std::exchange(m_lineWaiters[key], {}))
                       each(line);
                   goOnSearching();
               });
}

void TravelSession::makeWatchLines()
{
    std::vector<Watched> watches;
    for (const Watch& watch : m_setup.watches) {
        const auto known = std::ranges::find(m_watches, watch, &Watched::watch);
        if (known != m_watches.end()) {
            watches.push_back(*known);
            continue;
        }
        Watched watched {.watch = watch, .value = {.id = watch.id}};
        auto expression = Expression::parse(watch.expression);
        if (expression)
            watched.expression = std::move(*expression);
        else
            watched.value.problem = expression.error().message;
        watches.push_back(std::move(watched));
    }
    m_watches = std::move(watches);
    for (const Watched& watched : m_watches) {
        if (!watched.expression || watched.line != nullptr)
            continue;
        withExpression(*watched.expression,
                       watched.watch.agent,
                       [this, watch = watched.watch](const auto& line) {
                           const auto at = std::ranges::find(m_watches, watch, &Watched::watch);
                           if (at == m_watches.end())
                               return;
                           at->line = line;
                           evaluateWatches();
                       });
    }
    evaluateWatches();
}

/// Calls back when the states stand at the position.
void TravelSession::withStates(std::function<void()> then)
{
    if (!m_areStatesAway && m_states->distanceTo(m_position) <= kNearStates) {
        m_states->moveTo(m_position);
        return then();
    }
    m_stateWaiters.push_back(std::move(then));
    if (std::exchange(m_areStatesAway, true))
        return;
    make<bool>(
        [states = m_states, position = m_position](Job&) -> Result<bool> {
            states->moveTo(position);
            return true;
        },
        [this](bool) {
            m_areStatesAway = false;
            for (auto& each : std::exchange(m_stateWaiters, {}))
                withStates(std::move(each));
        });
}

/// `then` is tried now, and again whenever something that takes long is there.
void TravelSession::search(std::function<bool()> then)
{
    m_search = std::move(then);
    goOnSearching();
}

void TravelSession::goOnSearching()
{
    if (m_search == nullptr)
        return;
    auto search = std::exchange(m_search, nullptr);
    if (!search() && m_search == nullptr)
        m_search = std::move(search);
    tellSoon();
}

} // namespace engine
