#include "gui/context/session_context.h"

#include "gui/context/detail_loader.h"

#include <algorithm>

namespace gui {

using tracestore::SessionId;
using tracestore::SpanId;

SessionContext::SessionContext(tracestore::TracePtr trace, Theme& theme, QObject* parent)
    : QObject(parent)
    , m_trace(std::move(trace))
    , m_theme(theme)
    , m_hits(m_trace)
    , m_annotations(new Annotations(m_trace, this))
    , m_breakpoints(new BreakpointMarks(this))
    , m_findings(new FindingMarks(this))
    , m_origins(new OriginMarks(m_trace, this))
    , m_details(std::make_unique<DetailLoader>(m_trace))
    , m_session(m_trace->sessions().empty() ? SessionId() : SessionId(0))
{
    addUp({});
}

void SessionContext::addUp(std::span<const SpanId> changed)
{
    m_sums.update(*m_trace, changed);
    m_totals = m_sums.totals(*m_trace);
    m_errors.clear();
    std::ranges::copy_if(m_trace->preOrder(), std::back_inserter(m_errors), [&](SpanId span) {
        return m_trace->status(span) == tracestore::SpanStatus::Error;
    });
}

void SessionContext::setTrace(tracestore::TracePtr trace, std::optional<tracestore::Timestamp> now)
{
    const TraceGrowth growth = growthOf(*m_trace, *trace);
    m_trace = std::move(trace);
    const bool isLater = std::exchange(m_now, now) != now;
    addUp(growth.changed);
    m_hits.setTrace(m_trace);
    m_annotations->setTrace(m_trace);
    m_origins->setTrace(m_trace);
    m_details->setTrace(m_trace);
    // What was said is in the trace now.
    m_liveTexts.removeIf([this](const auto& one) {
        SpanId span;
        span.value = one.key();
        return m_trace->status(span) != tracestore::SpanStatus::Pending;
    });
    const bool isFirstSession = !m_session.isValid() && !m_trace->sessions().empty();
    if (isFirstSession)
        m_session = SessionId(0);
    emit traceGrown(growth);
    if (isLater)
        emit nowChanged();
    if (isFirstSession)
        emit sessionChanged(m_session);
}

void SessionContext::setNow(std::optional<tracestore::Timestamp> now)
{
    if (now == m_now)
        return;
    m_now = now;
    emit nowChanged();
}

SessionContext::~SessionContext() = default;

SpanId SessionContext::nextError() const
{
    if (m_errors.empty())
        return {};
    if (!m_selected.isValid())
        return m_errors.front();
    const auto place = [&](SpanId span) { return m_trace->preOrderIndex(span); };
    const auto next = std::ranges::upper_bound(m_errors, place(m_selected), {}, place);
    return next == m_errors.end() ? m_errors.front() : *next;
}

SpanId SessionContext::previousError() const
{
    if (m_errors.empty())
        return {};
    if (!m_selected.isValid())
        return m_errors.back();
    const auto place = [&](SpanId span) { return m_trace->preOrderIndex(span); };
    const auto at = std::ranges::lower_bound(m_errors, place(m_selected), {}, place);
    return at == m_errors.begin() ? m_errors.back() : *std::prev(at);
}

void SessionContext::select(SpanId span)
{
    ENSURE(!span.isValid() || span.index() < m_trace->spanCount());
    if (span == m_selected)
        return;
    m_selected = span;
    if (span.isValid() && m_trace->sessionOf(span) != m_session) {
        m_session = m_trace->sessionOf(span);
        emit sessionChanged(m_session);
    }
    emit selectionChanged(span);
}

void SessionContext::follow(SpanId span)
{
    m_isFollowing = true;
    m_followed = span;
    select(span);
    m_isFollowing = false;
}

void SessionContext::setSession(SessionId session)
{
    ENSURE(session.index() < m_trace->sessions().size());
    if (session == m_session)
        return;
    m_session = session;
    const bool isLeft = m_selected.isValid() && m_trace->sessionOf(m_selected) != session;
    if (isLeft)
        m_selected = {};
    emit sessionChanged(session);
    if (isLeft)
        emit selectionChanged({});
}

void SessionContext::addLiveText(SpanId span, const QString& text)
{
    m_liveTexts[span.value] += text;
    emit liveTextChanged(span);
}

void SessionContext::setStop(StopMark stop)
{
    std::ranges::sort(stop.held, {}, &SpanId::value);
    if (stop == m_stop)
        return;
    m_stop = std::move(stop);
    emit stopChanged();
}

void SessionContext::addHits(std::span<const SpanId> spans)
{
    m_hits.add(spans);
    emit hitsChanged();
}

void SessionContext::clearHits()
{
    if (m_hits.isEmpty())
        return;
    m_hits.clear();
    emit hitsChanged();
}

void SessionContext::setHovered(SpanId span)
{
    if (span == m_hovered)
        return;
    m_hovered = span;
    emit hoverChanged(span);
}

void SessionContext::reveal(SpanId span)
{
    select(span);
    emit revealed(span);
}

} // namespace gui
