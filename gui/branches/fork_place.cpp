#include "gui/branches/fork_place.h"

#include "engine/breakpoint/effect_name.h"

#include <QCoreApplication>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::Trace;

namespace {

    QString forkText(const char* text)
    {
        return QCoreApplication::translate("gui::ForkPlace", text);
    }

    /// Of what the agent does, not of what is noted of it.
    bool isStepOfRun(const Trace& trace, SpanId span)
    {
        const SpanKind kind = trace.kind(span);
        const bool isDone = kind == SpanKind::Llm || kind == SpanKind::Tool
            || kind == SpanKind::Approval || kind == SpanKind::Handoff || kind == SpanKind::Agent;
        return isDone && engine::effectIdOf(trace.origId(span)).has_value();
    }

    /// The step itself, else the first below it.
    SpanId firstStep(const Trace& trace, SpanId span)
    {
        const auto& spans = trace.preOrder();
        const std::size_t begin = trace.preOrderIndex(span);
        const std::size_t end = begin + 1 + trace.descendantCount(span);
        for (std::size_t i = begin; i < end; ++i) {
            if (isStepOfRun(trace, spans[i]))
                return spans[i];
        }
        return {};
    }

} // namespace

bool isOwnRecording(const Trace& trace, const QString& file)
{
    return file.endsWith(u".kymo"_s) && trace.origin().formatId == "kymo";
}

bool isSampled(const Trace& trace, SpanId span)
{
    return span.isValid() && trace.kind(span) == SpanKind::Llm;
}

ForkPlace forkPlaceOf(const Trace& trace, SpanId span, const QString& recording, bool canRun)
{
    ForkPlace place;
    if (!canRun) {
        place.problem = forkText("Agents are not run here, so nothing could go on from a step.");
    } else if (recording.isEmpty() && trace.origin().formatId == "kymo") {
        place.problem = forkText("This run is not recorded to a file, so there is nothing to fork. "
                                 "Run it again with a recording.");
    } else if (!isOwnRecording(trace, recording)) {
        place.problem
            = forkText("Another program wrote this trace: Kymo has neither its agent nor its tools "
                       "and cannot let it go on from here. Going through it step by step works, "
                       "and so does a fork of any run that Kymo records (File > Agents).");
    } else if (!span.isValid()) {
        place.problem = forkText("Select the step at which the branch shall begin.");
    } else if (place.span = firstStep(trace, span); !place.span.isValid()) {
        place.problem = forkText("This is no call of a model, a tool or an agent, so no branch can "
                                 "begin at it. Select such a call.");
    } else {
        place.effect = trace.origId(place.span);
    }
    return place;
}

} // namespace gui
