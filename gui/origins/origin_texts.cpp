#include "gui/origins/origin_texts.h"

#include "gui/theme/format.h"

#include <QCoreApplication>

namespace gui {

using tracestore::Certainty;
using tracestore::Giver;
using tracestore::Origin;
using tracestore::OriginDirection;
using tracestore::OriginGaps;
using tracestore::OriginPiece;
using tracestore::OriginQuery;
using tracestore::OriginReport;
using tracestore::TextPlaceKind;
using tracestore::Trace;

namespace {

    QString tr(const char* text)
    {
        return QCoreApplication::translate("gui::Origins", text);
    }

    QString placeText(const OriginQuery& query)
    {
        switch (query.place.kind) {
        case TextPlaceKind::Arguments:
            return tr("the arguments");
        case TextPlaceKind::Result:
            return tr("the result");
        case TextPlaceKind::Output:
            return tr("the answer");
        case TextPlaceKind::Input:
            return tr("message %1 of the input").arg(query.place.message + 1);
        default:
            return tr("what was sent");
        }
    }

    QString count(std::size_t number)
    {
        return formatCount(static_cast<std::int64_t>(number));
    }

} // namespace

QString giverText(Giver giver)
{
    switch (giver) {
    case Giver::User:
        return tr("from the user");
    case Giver::Prompt:
        return tr("from the system prompt");
    case Giver::Offer:
        return tr("from the offered tools");
    case Giver::Tool:
        return tr("from a result");
    case Giver::Model:
        return tr("from the model");
    case Giver::Other:
        break;
    }
    return tr("source not told");
}

QString certaintyText(double confidence)
{
    switch (tracestore::certaintyOf(confidence)) {
    case Certainty::Sure:
        return tr("almost sure");
    case Certainty::Likely:
        return tr("likely");
    case Certainty::Possible:
        return tr("possible");
    case Certainty::Weak:
        break;
    }
    return tr("may be chance");
}

QString likenessText(const Origin& find)
{
    const bool isPart = find.share < 0.6;
    if (find.isExact)
        return isPart ? tr("a part, word for word") : tr("word for word");
    const int percent = static_cast<int>(100 * find.likeness);
    return (isPart ? tr("a part, nearly (%1 %)") : tr("nearly (%1 %)")).arg(percent);
}

QString pieceNote(const Trace& trace,
                  const OriginQuery& query,
                  const OriginReport& report,
                  const OriginPiece& piece)
{
    if (piece.isCommon)
        return tr("Too common to tell: it stands in many places, or could.");
    if (piece.found > 0)
        return {};
    if (query.direction == OriginDirection::Forward)
        return tr("Not found in any later argument, message or answer.");
    if (!report.gaps.isEmpty())
        return tr("Not found in what the trace holds from before. It may have stood in what is "
                  "missing.");
    if (report.giver == Giver::Model) {
        const QString who
            = report.writer.isValid() ? singleLine(trace.name(report.writer), 60) : QString();
        return who.isEmpty() ? tr("Nowhere before: the model itself wrote it.")
                             : tr("Nowhere before: the model itself wrote it, in %1.").arg(who);
    }
    switch (report.giver) {
    case Giver::User:
        return tr("Nowhere before: the user says it here first.");
    case Giver::Tool:
        return tr("Nowhere before: this result brought it.");
    case Giver::Prompt:
        return tr("Nowhere before: it stands in the system prompt here first.");
    default:
        return tr("Nowhere before: it stands here first.");
    }
}

QString coverageText(const OriginQuery& query, const OriginReport& report)
{
    const bool isOne = report.steps == 1;
    const bool isBack = query.direction == OriginDirection::Back;
    QString text = (isBack      ? isOne ? tr("%1 step before it was looked at.")
                                        : tr("%1 steps before it were looked at.")
                             : isOne ? tr("%1 step behind it was looked at.")
                                : tr("%1 steps behind it were looked at."))
                       .arg(count(report.steps));
    if (report.isCut)
        text += u' ' + tr("The text is long: only the front of it was looked for.");
    if (report.leftOut > 0)
        text += u' ' + tr("%1 weaker places are left out.").arg(count(report.leftOut));
    const OriginGaps& gaps = report.gaps;
    if (gaps.absent > 0)
        text += u' ' + tr("Of %1 steps the trace holds no content.").arg(count(gaps.absent));
    if (gaps.cut > 0)
        text += u' ' + tr("%1 steps are cut off.").arg(count(gaps.cut));
    if (gaps.redacted > 0)
        text += u' ' + tr("%1 steps were masked or stored elsewhere.").arg(count(gaps.redacted));
    if (gaps.unreadable > 0)
        text += u' ' + tr("%1 steps cannot be read.").arg(count(gaps.unreadable));
    return text;
}

QString questionText(const Trace& trace, const OriginQuery& query)
{
    const QString step = singleLine(trace.name(query.span), 60);
    if (query.text.empty())
        return tr("%1 of %2").arg(placeText(query), step);
    return tr("“%1” in %2 of %3").arg(singleLine(query.text, 80), placeText(query), step);
}

} // namespace gui
