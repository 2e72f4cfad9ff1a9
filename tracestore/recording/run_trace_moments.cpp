// The spans of decisions and edits, and what a debugger noted of steps.
#include "tracestore/recording/run_trace_data.h"

namespace tracestore {

SpanId RunTrace::Data::addMoment(const EventPtr& event, SpanKind kind, std::string_view name)
{
    SpanRecord record;
    record.kind = kind;
    record.name = name;
    record.origKind = typeWord(event->fact);
    record.parent = placeOf(*event);
    record.end = event->time;
    record.status = SpanStatus::Ok;
    return addSpan(record, event);
}

void RunTrace::Data::take(const EventPtr& event, const DecisionMade& fact)
{
    if (fact.policy == kDebuggerPolicy)
        takeDebugger(event, fact);
    else
        addMoment(event, kindOf(fact), fact.policy + ' ' + fact.action);
}

/// What the debugger noted of a step may come before any intent of it.
void RunTrace::Data::takeDebugger(const EventPtr& event, const DecisionMade& fact)
{
    const auto known = attempts.find(event->effect);
    const auto held = known == attempts.end() ? heldStepOf(fact) : std::nullopt;
    if (held && callOf(event->effect) != event->effect)
        addHeld(event, *held);
    if (fact.action == "discard")
        discard(event);
    if (const auto of = attempts.find(event->effect); of != attempts.end())
        of->second.isToldOf
            = of->second.isToldOf || fact.action == "answer" || fact.action == "fault";
    if (fact.action != "hold")
        addMoment(event, SpanKind::Event, nameOfDebugger(fact));
    else if (known != attempts.end()) {
        note(known->second.span, event);
        if (!known->second.arrived && isHeldAfter(fact))
            known->second.arrived = event->time;
    } else if (const SpanId agent = agentSpanOf(*event); !held && agent.isValid())
        note(agent, event);
}

/// A pending step that is not begun: nothing of it is in doubt when all breaks off.
void RunTrace::Data::addHeld(const EventPtr& event, const HeldStep& held)
{
    addIntent(event, EffectWanted {.kind = held.kind, .name = held.name});
    RunAttempt& attempt = attempts.at(event->effect);
    attempt.isHeld = true;
    openOutside.erase(attempt.span);
    if (const auto call = calls.find(attempt.call); call != calls.end())
        openOutside.erase(call->second.span);
}

/// The intent of a step that was held takes its span over.
void RunTrace::Data::beginHeld(RunAttempt& attempt, const EventPtr& event, const EffectWanted& fact)
{
    attempt.isHeld = false;
    restart(attempt.span, event, fact);
    SpanColumns& columns = builder.columns();
    const std::size_t i = attempt.span.index();
    columns.start.set(i, event->time.ns);
    columns.toolCallId.set(i, builder.intern(fact.callId));
    const auto call = calls.find(attempt.call);
    if (call != calls.end() && call->second.span != attempt.span && call->second.kind == fact.kind)
        restart(call->second.span, event, fact);
}

/// The step will not be begun any more, or what came of it is wanted by nobody.
void RunTrace::Data::discard(const EventPtr& event)
{
    const auto attempt = attempts.find(event->effect);
    if (attempt == attempts.end())
        return;
    if (attempt->second.isHeld) {
        attempt->second.isOpen = false;
        end(attempt->second.span, event->time, SpanStatus::Cancelled);
        const auto call = calls.find(attempt->second.call);
        if (call != calls.end() && open.contains(call->second.span))
            end(call->second.span, event->time, SpanStatus::Cancelled);
    }
    note(attempt->second.span, event);
}

void RunTrace::Data::take(const EventPtr& event, const EditMade& fact)
{
    addMoment(event, SpanKind::Event, "edit " + fact.path);
    if (const auto attempt = attempts.find(event->effect); attempt != attempts.end())
        note(attempt->second.span, event);
}

} // namespace tracestore
