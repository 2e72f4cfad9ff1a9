#include "gui/debug/stop_texts.h"

#include "gui/theme/format.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::DebugState;
using engine::DebugStop;
using engine::EffectClass;
using engine::EffectKind;
using engine::PendingStep;

namespace {

    QString said(const char* text)
    {
        return QCoreApplication::translate("gui::StopTexts", text);
    }

    QString hitText(const engine::BreakpointHit& hit,
                    const std::vector<engine::Breakpoint>& breakpoints)
    {
        const auto known = std::ranges::find(breakpoints, hit.id, &engine::Breakpoint::id);
        QString text = said("breakpoint %1").arg(hit.id);
        if (known != breakpoints.end() && !known->condition.empty())
            text += u": "_s + singleLine(known->condition, 80);
        text += u' ' + said("(hit %1)").arg(hit.number);
        if (!hit.problem.empty())
            text += u" · "_s + said("cannot be evaluated: %1").arg(singleLine(hit.problem, 120));
        return text;
    }

    QString travelStateText(const engine::DebugStatus& status)
    {
        const bool isPlaying = status.travel->isPlaying;
        if (isPlaying && status.travel->factor == 1)
            return said("Playing");
        if (isPlaying)
            return said("Playing, %1 times as fast").arg(status.travel->factor);
        const int percent = static_cast<int>(status.travel->progress * 100);
        return percent > 0 ? said("Searching … %1 %").arg(percent) : said("Searching …");
    }

    QString whereText(const PendingStep& step)
    {
        if (step.stage == PendingStep::Stage::HeldBefore)
            return said("not sent yet");
        if (step.stage == PendingStep::Stage::HeldAfter)
            return said("the agent has not seen the outcome");
        return {};
    }

    QString editsText(const engine::DebugStatus& status)
    {
        std::size_t edits = 0;
        for (const PendingStep& step : status.pending)
            edits += step.edits.size();
        return edits == 0 ? QString()
            : edits == 1  ? said("1 edit pending")
                          : said("%1 edits pending").arg(edits);
    }

} // namespace

QString stopLine(const engine::DebugStatus& status,
                 const std::vector<engine::Breakpoint>& breakpoints)
{
    if (status.travel && status.state != DebugState::Paused)
        return travelStateText(status);
    if (status.state == DebugState::Pausing)
        return said("Pausing: stops before the next step");
    if (status.state == DebugState::Stepping)
        return said("Stepping …");
    if (status.state != DebugState::Paused)
        return {};
    if (!status.stop)
        return said("Paused");
    QStringList parts {singleLine(status.stop->text, 160)};
    constexpr std::size_t kMostHits = 3;
    for (std::size_t i = 0; i < std::min(status.stop->hits.size(), kMostHits); ++i)
        parts << hitText(status.stop->hits[i], breakpoints);
    if (status.stop->isTestStop)
        parts << said("test mode");
    const PendingStep* step = pendingStep(status, status.stop->effect);
    if (step != nullptr && !status.travel)
        parts << whereText(*step);
    parts << editsText(status);
    parts.removeAll(QString());
    return parts.join(u" · "_s);
}

QString hitValues(const DebugStop& stop)
{
    QStringList lines;
    for (const engine::BreakpointHit& hit : stop.hits) {
        for (const auto& [field, value] : hit.values)
            lines << QString(singleLine(field, 80) + u" = "_s + singleLine(value, 200));
    }
    return lines.join(u'\n');
}

QString stageName(const PendingStep& step)
{
    switch (step.stage) {
    case PendingStep::Stage::HeldBefore:
    case PendingStep::Stage::HeldBetween:
        return step.isStop ? said("paused") : said("held");
    case PendingStep::Stage::Running:
        return said("running");
    case PendingStep::Stage::HeldAfter:
        return step.isStop ? said("done, paused") : said("done, held");
    }
    return {};
}

QString effectKindName(EffectKind kind)
{
    switch (kind) {
    case EffectKind::Model:
        return said("Model call");
    case EffectKind::Tool:
        return said("Tool call");
    case EffectKind::User:
        return said("Question to you");
    case EffectKind::Agent:
        return said("Agent");
    case EffectKind::Timer:
        return said("Wait");
    }
    return {};
}

QString effectClassName(EffectClass effectClass)
{
    switch (effectClass) {
    case EffectClass::Pure:
        return {};
    case EffectClass::Reads:
        return said("reads");
    case EffectClass::Writes:
        return said("writes");
    case EffectClass::Outside:
        return said("writes outside");
    }
    return {};
}

const PendingStep* pendingStep(const engine::DebugStatus& status, const std::string& effect)
{
    const auto found = std::ranges::find(status.pending, effect, &PendingStep::effect);
    return found == status.pending.end() ? nullptr : &*found;
}

bool isHeld(const PendingStep& step)
{
    return step.stage != PendingStep::Stage::Running;
}

QString travelNotes(const engine::DebugStatus& status)
{
    QStringList notes;
    if (status.travel) {
        for (const std::string& note : status.travel->notes)
            notes << visibleText(toText(note));
    }
    return notes.join(u' ');
}

QString momentText(const engine::TravelPlace& place, const QString& name)
{
    using Moment = engine::TravelPlace::Moment;
    switch (place.moment) {
    case Moment::Before:
        return said("before %1").arg(name);
    case Moment::FirstToken:
        return said("%1 begins to answer").arg(name);
    case Moment::After:
        return said("after %1").arg(name);
    case Moment::Between:
        return name;
    }
    return {};
}

QString stateChangeNote(const engine::DebugStatus& debug, const std::string& agent)
{
    QStringList held;
    for (const PendingStep& step : debug.pending) {
        if (step.agent != agent)
            continue;
        const QString name = singleLine(step.name, 40);
        if (step.stage == PendingStep::Stage::Running)
            return said("The state can be changed when all steps of the agent are held: %1 is "
                        "under way.")
                .arg(name);
        if (step.stage == PendingStep::Stage::HeldBetween)
            continue; // no step: nothing of it is lost
        if (held.contains(name))
            continue;
        constexpr qsizetype kMostNamed = 3;
        if (held.size() == kMostNamed)
            held << u"…"_s;
        else if (held.size() < kMostNamed)
            held << name;
    }
    if (held.isEmpty())
        return {};
    return said("F2 changes a value. That discards what is held of the agent (%1): it takes a "
                "new turn from the new state, asks its model again, and calls that only read "
                "may be made again.")
        .arg(held.join(u", "_s));
}

} // namespace gui
