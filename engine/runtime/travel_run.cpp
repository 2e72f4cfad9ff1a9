#include "engine/runtime/travel_run.h"

namespace engine {

namespace {

    RunFigures figuresAt(const TravelLine& line, std::size_t position)
    {
        const PastOfRun::Sums& sums = line.sums(position);
        RunFigures figures;
        figures.turns = sums.modelCalls;
        figures.modelCalls = sums.modelCalls;
        figures.toolCalls = sums.toolCalls;
        figures.errors = sums.errors;
        if (sums.areTokensTold)
            figures.tokens.reportedTotal = sums.tokens;
        if (sums.isCostTold)
            figures.cost = sums.cost;
        const std::int64_t start = line.time(0);
        const std::int64_t now = line.time(position);
        if (start != tracestore::SpanColumns::kNoTime)
            figures.duration = {now - start};
        return figures;
    }

} // namespace

TravelRun::TravelRun(RunId id,
                     const TravelRequest& request,
                     const tracestore::Clock& clock,
                     QThreadPool& pool,
                     QObject& home)
    : m_request(request)
    , m_session(request.trace, request.session, {clock, pool, home})
{
    m_status.id = id;
    m_status.isTravel = true;
    m_status.recordFile = request.file;
    if (request.trace != nullptr && !request.trace->sessions().empty())
        describe(*request.trace,
                 request.session.isValid() ? request.session : tracestore::SessionId(0));
    connect(&m_session, &TravelSession::changed, this, &TravelRun::update);
    connect(&m_session, &TravelSession::inspected, this, &TravelRun::stepInspected);
    connect(&m_session, &TravelSession::evaluated, this, &TravelRun::evaluated);
    connect(&m_session, &TravelSession::told, this, &TravelRun::debugLogged);
}

void TravelRun::describe(const tracestore::Trace& trace, tracestore::SessionId session)
{
    if (session.index() >= trace.sessions().size())
        return;
    m_status.input = trace.session(session).title;
    for (const tracestore::SpanId root : trace.roots(session)) {
        const auto agent = trace.agentOf(root);
        if (agent.isValid()) {
            m_status.agent = trace.agent(agent).name;
            return;
        }
    }
}

void TravelRun::start()
{
    m_session.start(m_request.setup);
    emit statusChanged();
}

void TravelRun::update()
{
    m_status.problem = m_session.problem();
    m_status.debug = m_session.status();
    if (const TravelLine* line = m_session.line()) {
        m_status.state = RunState::Running;
        m_status.figures = figuresAt(*line, m_session.position());
    }
    if (!m_status.problem.empty())
        m_status.state = RunState::Ended;
    emit statusChanged();
}

} // namespace engine
