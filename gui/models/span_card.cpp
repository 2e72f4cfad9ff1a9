#include "gui/models/span_card.h"

#include "gui/models/step_change.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <QCoreApplication>
#include <QStringList>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;
using tracestore::Trace;

namespace {

    QString tr(const char* text)
    {
        return QCoreApplication::translate("gui::SpanCard", text);
    }

    QString tokensLine(const tracestore::TokenUsage& usage)
    {
        QStringList parts;
        if (const auto input = usage.inputTotal())
            parts << tr("%1 in").arg(formatCount(*input));
        if (usage.cacheRead && *usage.cacheRead > 0)
            parts << tr("%1 of it cached").arg(formatCount(*usage.cacheRead));
        if (usage.output)
            parts << tr("%1 out").arg(formatCount(*usage.output));
        return parts.isEmpty() ? QString() : tr("Tokens: %1").arg(parts.join(u", "_s));
    }

} // namespace

QString spanCardText(const Trace& trace, SpanId span)
{
    QStringList lines {singleLine(trace.name(span), 120)};
    QStringList what {kindName(trace.kind(span))};
    if (!trace.model(span).empty())
        what << singleLine(trace.model(span), 60);
    if (const auto agent = trace.agentOf(span); agent.isValid())
        what << singleLine(trace.agent(agent).name, 60);
    if (const QString status = statusName(trace.status(span)); !status.isEmpty())
        what << status;
    if (const QString change = changeWords(changeOf(trace, span)); !change.isEmpty())
        what << change;
    lines << what.join(u" · "_s);
    if (const auto start = trace.start(span)) {
        QString line = formatTimestamp(*start);
        if (const auto duration = trace.duration(span))
            line += u" · "_s + formatDuration(*duration);
        if (const auto first = trace.firstToken(span))
            line += tr(" · first token after %1").arg(formatDuration(*first - *start));
        lines << line;
    }
    if (const auto* usage = trace.usage(span)) {
        if (const QString line = tokensLine(*usage); !line.isEmpty())
            lines << line;
    }
    if (const auto* cost = trace.cost(span))
        lines << tr("Cost: %1, %2").arg(formatCost(*cost), costSourceName(cost->source));
    if (const auto* error = trace.error(span))
        lines << errorLine(*error);
    lines.removeAll(QString());
    return lines.join(u'\n');
}

} // namespace gui
