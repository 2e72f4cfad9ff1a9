#include "gui/compare/compare_words.h"

#include "gui/models/span_card.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <QCoreApplication>
#include <QStringList>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::PairChange;
using tracestore::PairReason;
using tracestore::PairState;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::StepPair;

namespace {

    QString compareWord(const char* text)
    {
        return QCoreApplication::translate("gui::Compare", text);
    }

    QString changeName(PairChange change, SpanKind kind)
    {
        switch (change) {
        case PairChange::Name:
            return compareWord("name");
        case PairChange::Model:
            return compareWord("model");
        case PairChange::Input:
            return kind == SpanKind::Llm ? compareWord("prompt") : compareWord("input");
        case PairChange::Arguments:
            return kind == SpanKind::Llm ? compareWord("calls") : compareWord("arguments");
        case PairChange::Output:
            return kind == SpanKind::Tool ? compareWord("result")
                : kind == SpanKind::Llm   ? compareWord("answer")
                                          : compareWord("output");
        case PairChange::Status:
            return compareWord("outcome");
        case PairChange::Configuration: // told by the two that it is made of
            return {};
        case PairChange::Order:
            return compareWord("order");
        case PairChange::Instructions:
            return compareWord("prompt");
        case PairChange::Offer:
            return compareWord("configuration");
        }
        return {};
    }

    QString count(std::size_t number)
    {
        return formatCount(static_cast<std::int64_t>(number));
    }

    QString confidenceText(float confidence)
    {
        return QString::number(static_cast<double>(confidence), 'f', 2);
    }

} // namespace

QString sideName(CompareSide side)
{
    return side == CompareSide::A ? u"A"_s : u"B"_s;
}

QString stateName(PairState state)
{
    switch (state) {
    case PairState::Equal:
        return compareWord("equal");
    case PairState::Changed:
        return compareWord("changed");
    case PairState::OnlyA:
        return compareWord("only in A");
    case PairState::OnlyB:
        return compareWord("only in B");
    }
    return {};
}

QString stateSign(PairState state)
{
    switch (state) {
    case PairState::Equal:
        return u"="_s;
    case PairState::Changed:
        return u"≠"_s;
    case PairState::OnlyA:
        return u"−"_s;
    case PairState::OnlyB:
        return u"+"_s;
    }
    return {};
}

QString changeWords(std::uint16_t changes, SpanKind kind)
{
    QStringList words;
    for (const PairChange change : tracestore::changesOf(changes)) {
        const QString word = changeName(change, kind);
        if (!word.isEmpty() && !words.contains(word))
            words << word;
    }
    return words.join(u", "_s);
}

QString equalSteps(std::size_t number)
{
    return number == 1 ? compareWord("1 equal step")
                       : compareWord("%1 equal steps").arg(count(number));
}

QString reasonName(PairReason reason)
{
    switch (reason) {
    case PairReason::None:
        return {};
    case PairReason::SameContent:
        return compareWord("the same content");
    case PairReason::SameCall:
        return compareWord("the same call");
    case PairReason::SimilarContent:
        return compareWord("similar content");
    case PairReason::SameQuestion:
        return compareWord("the same question");
    case PairReason::SamePlace:
        return compareWord("the same place");
    case PairReason::Retry:
        return compareWord("another try of the same step");
    }
    return {};
}

QString alignmentSummary(const tracestore::TraceAlignment& alignment)
{
    QStringList parts {compareWord("%1 equal").arg(count(alignment.equal)),
                       compareWord("%1 changed").arg(count(alignment.changed))};
    if (alignment.onlyA > 0)
        parts << compareWord("%1 only in A").arg(count(alignment.onlyA));
    if (alignment.onlyB > 0)
        parts << compareWord("%1 only in B").arg(count(alignment.onlyB));
    const std::size_t aligned = alignment.equal + alignment.changed;
    return QString(compareWord("%1 steps aligned").arg(count(aligned)) + u", "_s
                   + parts.join(u", "_s));
}

QString divergenceSummary(const CompareContext& context)
{
    constexpr qsizetype kMostOfName = 40;
    const tracestore::TraceAlignment& alignment = context.alignment();
    const bool isEqual = alignment.equal == alignment.pairs.size();
    if (!alignment.firstDivergence)
        return isEqual ? compareWord("no difference found") : compareWord("no lasting divergence");
    const std::size_t pair = *alignment.firstDivergence;
    return compareWord("first lasting divergence: %1 %2 (confidence %3)")
        .arg(stepNumbers(context, pair),
             pairName(context, pair, kMostOfName),
             confidenceText(alignment.pairs[pair].confidence));
}

QString stepNumbers(const CompareContext& context, std::size_t pair)
{
    QStringList numbers;
    for (const CompareSide side : kBothSides) {
        if (const SpanId span = context.spanOf(pair, side); span.isValid())
            numbers << sideName(side) + u" #"_s + QString::number(span.value);
    }
    return numbers.join(u", "_s);
}

QString placeWords(const StepPair& pair)
{
    if (pair.elsewhere.isValid())
        return compareWord("moved: #%1 in %2")
            .arg(QString::number(pair.elsewhere.value),
                 sideName(pair.a.isValid() ? CompareSide::B : CompareSide::A));
    return pair.isMoved ? compareWord("moved") : QString();
}

QString pairName(const CompareContext& context, std::size_t pair, qsizetype maxLength)
{
    const CompareSide side
        = context.spanOf(pair, CompareSide::A).isValid() ? CompareSide::A : CompareSide::B;
    const SpanId span = context.spanOf(pair, side);
    const QString name = singleLine(context.trace(side).name(span), maxLength);
    return name.isEmpty() ? kindName(context.trace(side).kind(span)) : name;
}

SpanKind pairKind(const CompareContext& context, std::size_t pair)
{
    const CompareSide side
        = context.spanOf(pair, CompareSide::A).isValid() ? CompareSide::A : CompareSide::B;
    return context.trace(side).kind(context.spanOf(pair, side));
}

QString pairCardText(const CompareContext& context, std::size_t index)
{
    const StepPair& pair = context.pairs()[index];
    QStringList lines;
    QString state = compareWord("%1: %2").arg(stepNumbers(context, index), stateName(pair.state));
    if (const QString words = changeWords(pair.changes, pairKind(context, index)); !words.isEmpty())
        state += u" ("_s + words + u')';
    lines << state;
    if (pair.state != PairState::Equal && pair.isMadeGood)
        lines << compareWord("Both meet again behind this with the same outcome");
    if (pair.isGiven)
        lines << compareWord("It was given something else; both go on alike");
    if (pair.elsewhere.isValid())
        lines << compareWord("%1 has it at another place, as step #%2")
                     .arg(sideName(pair.a.isValid() ? CompareSide::B : CompareSide::A),
                          QString::number(pair.elsewhere.value));
    if (pair.isMoved)
        lines << compareWord("In the order of one side it stands elsewhere");
    if (const QString reason = reasonName(pair.reason); !reason.isEmpty())
        lines << compareWord("Paired by %1, confidence %2")
                     .arg(reason, confidenceText(pair.confidence));
    for (const CompareSide side : kBothSides) {
        if (const SpanId span = context.spanOf(index, side); span.isValid())
            lines << QString()
                  << sideName(side) + u": "_s + spanCardText(context.trace(side), span);
    }
    return lines.join(u'\n');
}

ColorRole stateRole(PairState state)
{
    switch (state) {
    case PairState::Equal:
        return ColorRole::TextFaint;
    case PairState::Changed:
        return ColorRole::Changed;
    case PairState::OnlyA:
        return sideRole(CompareSide::A);
    case PairState::OnlyB:
        return sideRole(CompareSide::B);
    }
    return ColorRole::TextFaint;
}

ColorRole sideRole(CompareSide side)
{
    return side == CompareSide::A ? ColorRole::SideA : ColorRole::SideB;
}

QColor tint(const Theme& theme, ColorRole role)
{
    constexpr float kShare = 0.15F;
    QColor color = theme.color(role);
    color.setAlphaF(kShare);
    return color;
}

} // namespace gui
