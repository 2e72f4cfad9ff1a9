#include "gui/sessions/session_rows.h"

#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <QCoreApplication>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Score;
using tracestore::Session;
using tracestore::SessionId;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;
using tracestore::Trace;

namespace {

    QString titleOf(const Session& session, std::size_t index)
    {
        QString title = singleLine(session.title);
        if (title.isEmpty())
            title = singleLine(session.key);
        return title.isEmpty()
            ? QCoreApplication::translate("gui::Sessions", "Session %1").arg(index + 1)
            : title;
    }

    /// As stated, else from the first to the last time in it.
    std::optional<tracestore::Duration> durationOf(const tracestore::TraceTotals& totals)
    {
        if (!totals.start || !totals.end || *totals.end <= *totals.start)
            return {};
        return *totals.end - *totals.start;
    }

    /// Tool calls first: what an agent was told wrong is what it went wrong by.
    void findFirstErrors(const Trace& trace, std::vector<SessionRow>& rows)
    {
        for (const SpanId span : trace.preOrder()) {
            if (trace.status(span) != SpanStatus::Error)
                continue;
            SpanId& first = rows[trace.sessionOf(span).index()].firstError;
            const bool isTool = trace.kind(span) == SpanKind::Tool;
            if (!first.isValid() || (isTool && trace.kind(first) != SpanKind::Tool))
                first = span;
        }
    }

} // namespace

std::vector<SessionRow> sessionRows(const Trace& trace)
{
    std::vector<SessionRow> rows;
    rows.reserve(trace.sessions().size());
    std::vector<tracestore::TraceTotals> totals = tracestore::sessionTotals(trace);
    for (std::size_t i = 0; i < trace.sessions().size(); ++i) {
        const Session& session = trace.sessions()[i];
        const auto roots = trace.roots(SessionId(i));
        SessionRow row;
        row.session = SessionId(i);
        row.title = titleOf(session, i);
        row.outcome = session.outcome;
        row.duration = durationOf(totals[i]);
        row.totals = std::move(totals[i]);
        row.first = roots.empty() ? SpanId() : roots.front();
        rows.push_back(std::move(row));
    }
    findFirstErrors(trace, rows);
    return rows;
}

std::vector<std::string> scoreNames(const Trace& trace, std::size_t most)
{
    std::vector<std::string> names;
    for (const Session& session : trace.sessions()) {
        for (const Score& score : session.scores) {
            if (names.size() < most && std::ranges::find(names, score.name) == names.end())
                names.push_back(score.name);
        }
    }
    return names;
}

const Score* findScore(const Session& session, std::string_view name)
{
    const auto found = std::ranges::find(session.scores, name, &Score::name);
    return found == session.scores.end() ? nullptr : &*found;
}

QString scoreText(const Score& score)
{
    return score.value ? QString::number(*score.value, 'g', 4) : singleLine(score.label, 40);
}

QString firstErrorText(const Trace& trace, SpanId span)
{
    if (!span.isValid())
        return {};
    QString name = singleLine(trace.name(span), 60);
    if (name.isEmpty())
        name = kindName(trace.kind(span));
    const auto* error = trace.error(span);
    const QString what = error == nullptr ? QString() : errorLine(*error);
    return what.isEmpty() ? name : QString(name + u": "_s + what);
}

} // namespace gui
