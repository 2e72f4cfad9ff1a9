#include "gui/sequence/sequence_texts.h"

#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <QCoreApplication>
#include <QStringList>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::Trace;

using Kind = SequenceItem::Kind;

namespace {

    QString tr(const char* text)
    {
        return QCoreApplication::translate("gui::Sequence", text);
    }

    QString nameOf(const Trace& trace, SpanId span)
    {
        const QString name = singleLine(trace.name(span), 160);
        return name.isEmpty() ? kindName(trace.kind(span)) : name;
    }

    QString errorText(const Trace& trace, SpanId span)
    {
        const auto* error = trace.error(span);
        const QString line = error == nullptr ? QString() : errorLine(*error);
        return line.isEmpty() ? tr("failed") : line;
    }

    QString durationText(const Trace& trace, SpanId span)
    {
        const auto duration = trace.duration(span);
        return duration && duration->ns > 0 ? formatDuration(*duration) : QString();
    }

    /// A model call is told by its model: that is what one looks for.
    QString ownLabel(const Trace& trace, SpanId span)
    {
        const QString name = nameOf(trace, span);
        const QString model = singleLine(trace.model(span), 60);
        return model.isEmpty() || name.contains(model) ? name : QString(name + u' ' + model);
    }

} // namespace

QString participantName(const Participant& participant)
{
    switch (participant.kind) {
    case Participant::Kind::User:
        return tr("User");
    case Participant::Kind::Rest:
        return tr("Other tools");
    default:
        break;
    }
    const QString name = singleLine(participant.name, 80);
    if (!name.isEmpty())
        return name;
    return participant.kind == Participant::Kind::Agent ? tr("Agent")
                                                        : kindName(participant.spanKind);
}

QString itemLabel(const Sequence& sequence, const SequenceItem& item, const QString& preview)
{
    const Trace& trace = *sequence.trace;
    const Participant& to = sequence.participants[item.to];
    const bool hasColumn = to.kind == Participant::Kind::Tool;
    switch (item.kind) {
    case Kind::Result:
        return item.isError ? errorText(trace, item.span) : tr("result");
    case Kind::RoundTrip:
        if (item.isError)
            return errorText(trace, item.span);
        [[fallthrough]];
    case Kind::Call: {
        // The column says which tool it is.
        const QString name = nameOf(trace, item.span);
        if (preview.isEmpty())
            return name;
        return hasColumn ? preview : QString(name + u": "_s + preview);
    }
    case Kind::Own: {
        const QString label = ownLabel(trace, item.span);
        return item.isError ? QString(label + u": "_s + errorText(trace, item.span)) : label;
    }
    case Kind::Message:
    case Kind::HandOff:
        break;
    }
    return nameOf(trace, item.span);
}

QString itemFigures(const Sequence& sequence, const SequenceItem& item)
{
    const Trace& trace = *sequence.trace;
    QStringList figures;
    if (item.kind != Kind::Call && item.kind != Kind::Message)
        figures << durationText(trace, item.span);
    if (item.kind == Kind::Own && trace.usage(item.span) != nullptr) {
        if (const auto tokens = trace.usage(item.span)->total())
            figures << tr("%1 tokens").arg(formatCountShort(*tokens));
    }
    figures.removeAll(QString());
    return figures.join(u" · "_s);
}

QString loopTitle(const SequenceLoop& loop)
{
    const QString times = tr("%1 times").arg(formatCount(std::int64_t {loop.rounds}));
    return loop.period == 1 ? times : tr("%1, %2 steps each").arg(times).arg(loop.period);
}

QString rowText(const SequenceRows& rows, std::size_t row)
{
    const SequenceRow& shown = rows.at(row);
    const Sequence& sequence = rows.sequence();
    if (shown.isHead()) {
        QString text = tr("Loop, %1").arg(loopTitle(sequence.loops[shown.loop]));
        if (const auto failures = rows.failuresIn(shown.loop); failures > 0)
            text += tr(", %1 failed").arg(failures);
        return text + u", "_s + (rows.isOpen(shown.loop) ? tr("open") : tr("closed"));
    }
    const SequenceItem& item = sequence.items[shown.item];
    const QString from = participantName(sequence.participants[item.from]);
    const QString to = participantName(sequence.participants[item.to]);
    const QString label = itemLabel(sequence, item, {});
    QString text = item.from == item.to ? QString(from + u": "_s + label)
                                        : tr("%1 to %2: %3").arg(from, to, label);
    if (item.isError)
        text += tr(", failed");
    return text;
}

} // namespace gui
