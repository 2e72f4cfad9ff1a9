#include "gui/models/step_change.h"

#include "gui/theme/format.h"
#include "tracestore/recording/run_span_words.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::Trace;

namespace {

    constexpr std::string_view kEdit = "edit ";
    constexpr std::string_view kFault = "debugger fault";

    QString changeText(const char* text)
    {
        return QCoreApplication::translate("gui::StepChange", text);
    }

    /// What a row of the recording says of the step above it.
    void addTold(StepChange& change, const Trace& trace, SpanId row)
    {
        if (trace.kind(row) != SpanKind::Event)
            return;
        // In traces of others the same names mean other things.
        const std::string_view fact = trace.origKind(row);
        if (fact != "edit_made" && fact != "decision_made" && fact != "effect_ended")
            return;
        const std::string_view name = trace.name(row);
        change.isEdited = change.isEdited || name.starts_with(kEdit);
        change.isAnswered
            = change.isAnswered || name == tracestore::kAnsweredByUser || name == "debugger answer";
        if (!name.starts_with(kFault))
            return;
        change.isFaulted = true;
        if (name.size() > kFault.size())
            change.fault = name.substr(kFault.size() + 1);
    }

} // namespace

void StepChange::add(const StepChange& other)
{
    isEdited = isEdited || other.isEdited;
    isAnswered = isAnswered || other.isAnswered;
    isFaulted = isFaulted || other.isFaulted;
    if (fault.empty())
        fault = other.fault;
}

StepChange changeOf(const Trace& trace, SpanId span)
{
    StepChange change;
    addTold(change, trace, span);
    const SpanKind kind = trace.kind(span);
    // Of an agent rows below it are about its state, not about what it was asked.
    if (kind == SpanKind::Event || kind == SpanKind::Agent)
        return change;
    constexpr std::size_t kMostAsked = 16;
    const auto below = trace.children(span);
    for (const SpanId child : below.first(std::min(below.size(), kMostAsked)))
        addTold(change, trace, child);
    return change;
}

QString changeWords(const StepChange& change)
{
    QStringList words;
    if (change.isEdited)
        words << changeText("edited");
    if (change.isAnswered)
        words << changeText("answered by you");
    if (change.isFaulted && change.fault.empty())
        words << changeText("fault injected");
    else if (change.isFaulted)
        words << changeText("fault injected: %1")
                     .arg(singleLine(change.fault, 40).replace(u'_', u' '));
    return words.join(u", "_s);
}

ChangeMark changeMark(const StepChange& change)
{
    if (change.isFaulted)
        return {u"fault"_s, ColorRole::Warning};
    if (change.isAnswered)
        return {u"answered"_s, ColorRole::Paused};
    if (change.isEdited)
        return {u"edited"_s, ColorRole::Paused};
    return {};
}

} // namespace gui
