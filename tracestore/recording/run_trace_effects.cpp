// The spans of calls and of their attempts.
#include "tracestore/recording/run_trace_data.h"

namespace tracestore {
namespace {

    /// Whether an effect may have been done although no outcome is known.
    bool reachesOut(EffectKind kind)
    {
        return kind == EffectKind::Model || kind == EffectKind::Tool;
    }

} // namespace

SpanId RunTrace::Data::addAttempt(const EventPtr& event,
                                  const EffectWanted& fact,
                                  SpanId parent,
                                  bool counts)
{
    SpanRecord record;
    record.kind = kindOf(fact.kind);
    record.name = fact.name;
    if (fact.kind == EffectKind::Timer && fact.name.empty())
        record.name = "wait";
    record.origKind = toWord(fact.kind);
    record.origId = event->effect;
    record.parent = parent;
    record.status = SpanStatus::Pending;
    record.requestedModel = fact.kind == EffectKind::Model ? fact.name : std::string_view();
    record.provider = fact.provider;
    record.toolCallId = fact.callId;
    record.countsInTotals = counts;
    const SpanId span = addSpan(record, event);
    open.insert(span);
    if (reachesOut(fact.kind))
        openOutside.insert(span);
    return span;
}

void RunTrace::Data::take(const EventPtr& event, const EffectWanted& fact)
{
    const auto held = attempts.find(event->effect);
    if (held != attempts.end() && held->second.isHeld && held->second.kind == fact.kind)
        beginHeld(held->second, event, fact);
    else
        addIntent(event, fact);
}

void RunTrace::Data::addIntent(const EventPtr& event, const EffectWanted& fact)
{
    const std::string key = callKey(*event);
    const auto known = calls.find(key);
    SpanId span;
    if (fact.kind == EffectKind::Timer) {
        // A wait before the next attempt has a name of its own or that of its call.
        span = addAttempt(event, fact, placeOf(*event), true);
    } else if (known != calls.end() && known->second.kind == fact.kind) {
        addRetry(known->second, event, fact);
        span = known->second.lastAttempt;
    } else {
        span = addAttempt(event, fact, wholeOf(*event), true);
        calls.insert_or_assign(key, RunCall {.span = span, .kind = fact.kind, .lastAttempt = span});
    }
    attempts.insert_or_assign(event->effect, RunAttempt {span, key, fact.kind});
}

/// The second attempt makes the call a span of its own, with a child for each attempt.
void RunTrace::Data::addRetry(RunCall& call, const EventPtr& event, const EffectWanted& fact)
{
    if (call.attempts == 1)
        splitFirstAttempt(call);
    ++call.attempts;
    const SpanId before = call.lastAttempt;
    call.lastAttempt = addAttempt(event, fact, call.span, false);
    builder.addLink({.from = call.lastAttempt, .to = before, .kind = LinkKind::RetryOf});
    restart(call.span, event, fact);
}

void RunTrace::Data::splitFirstAttempt(RunCall& call)
{
    const SpanEvents first = events[call.span.index()];
    const auto* wanted
        = first.begin == nullptr ? nullptr : std::get_if<EffectWanted>(&first.begin->fact);
    if (wanted == nullptr)
        return;
    const SpanId span = addAttempt(first.begin, *wanted, call.span, false);
    call.lastAttempt = span;
    SpanEvents copied = first;
    events.set(span.index(), copied);
    if (const auto attempt = attempts.find(first.begin->effect); attempt != attempts.end())
        attempt->second.span = span;
    if (first.end != nullptr)
        finish(span, first.end, std::get<EffectEnded>(first.end->fact));
    else if (first.isInDoubt)
        doubt(first.begin->effect);
}

/// Makes the span of a call that of its latest attempt, which is under way.
void RunTrace::Data::restart(SpanId call, const EventPtr& event, const EffectWanted& fact)
{
    SpanColumns& columns = builder.columns();
    const std::size_t i = call.index();
    SpanEvents changed = events[i];
    changed.begin = event;
    changed.end = nullptr;
    changed.isInDoubt = false;
    events.set(i, std::move(changed));
    columns.end.set(i, SpanColumns::kNoTime);
    columns.status.set(i, SpanStatus::Pending);
    columns.error.set(i, SpanId::kNone);
    columns.name.set(i, builder.intern(fact.name));
    columns.provider.set(i, builder.intern(fact.provider));
    if (fact.kind == EffectKind::Model)
        columns.requestedModel.set(i, builder.intern(fact.name));
    open.insert(call);
    if (reachesOut(fact.kind))
        openOutside.insert(call);
}

void RunTrace::Data::take(const EventPtr& event, const EffectEnded& fact)
{
    const auto found = attempts.find(event->effect);
    if (found == attempts.end()) {
        finish(addUnknown(event, fact), event, fact);
        return;
    }
    RunAttempt& attempt = found->second;
    if (!attempt.isOpen)
        return note(attempt.span, event);
    attempt.isOpen = false;
    finish(attempt.span, event, fact);
    if (attempt.arrived)
        builder.columns().end.set(attempt.span.index(), attempt.arrived->ns);
    // The log says it with the outcome alone; who looks at the steps is to see it, too.
    const bool isStep = attempt.kind == EffectKind::Model || attempt.kind == EffectKind::Tool;
    if (isStep && !attempt.isToldOf && fact.origin == OutcomeOrigin::User
        && fact.status != OutcomeStatus::Cancelled)
        addMoment(event, SpanKind::Event, kAnsweredByUser);
    // What an agent spent is that of its own calls, which count.
    if (attempt.kind == EffectKind::Agent && (fact.usage || fact.cost))
        builder.columns().countsInTotals.set(attempt.span.index(), 0);
    const auto call = calls.find(attempt.call);
    if (call != calls.end() && call->second.kind == attempt.kind)
        finishCall(call->second, event, fact);
}

/// The span of an outcome whose intent is not known: it was damaged.
SpanId RunTrace::Data::addUnknown(const EventPtr& event, const EffectEnded& fact)
{
    SpanRecord record;
    record.kind = fact.output.empty() ? SpanKind::Tool : SpanKind::Llm;
    record.name = event->effect;
    record.origId = event->effect;
    record.parent = placeOf(*event);
    const SpanId span = addSpan(record, event);
    builder.columns().start.set(span.index(), SpanColumns::kNoTime);
    events.set(span.index(), {.begin = nullptr, .end = nullptr, .notes = nullptr});
    return span;
}

void RunTrace::Data::finish(SpanId span, const EventPtr& event, const EffectEnded& fact)
{
    SpanColumns& columns = builder.columns();
    const std::size_t i = span.index();
    SpanEvents changed = events[i];
    changed.end = event;
    changed.isInDoubt = false;
    events.set(i, std::move(changed));
    end(span, event->time, statusOf(fact.status));
    columns.error.set(i, SpanId::kNone);
    if (const auto error = errorOf(fact.status, fact.error, fact.note))
        builder.setError(span, *error);
    columns.respondedModel.set(i, builder.intern(fact.respondedModel));
    columns.responseId.set(i, builder.intern(fact.responseId));
    columns.firstToken.set(i, fact.firstToken ? fact.firstToken->ns : SpanColumns::kNoTime);
    if (fact.usage)
        builder.setUsage(span, *fact.usage);
    if (fact.cost)
        builder.setCost(span, *fact.cost);
    // What a cache answers was counted when it was asked for first.
    if (fact.origin == OutcomeOrigin::Cache)
        columns.countsInTotals.set(i, 0);
}

/// The call of an attempt that ended: it counts what all its attempts took.
void RunTrace::Data::finishCall(RunCall& call, const EventPtr& event, const EffectEnded& fact)
{
    const bool isLast = attempts.at(event->effect).span == call.lastAttempt;
    if (call.attempts > 1 && isLast)
        finish(call.span, event, fact);
    if (fact.origin != OutcomeOrigin::Cache) {
        if (fact.usage)
            call.usage = call.usage ? sumOf(*call.usage, *fact.usage) : *fact.usage;
        if (fact.cost && call.cost && call.cost->currency == fact.cost->currency)
            call.cost->amount += fact.cost->amount;
        else if (fact.cost && !call.cost)
            call.cost = fact.cost;
    }
    if (call.attempts == 1)
        return;
    if (call.usage)
        builder.setUsage(call.span, *call.usage);
    if (call.cost)
        builder.setCost(call.span, *call.cost);
    builder.columns().countsInTotals.set(call.span.index(), call.kind != EffectKind::Agent);
}

} // namespace tracestore
