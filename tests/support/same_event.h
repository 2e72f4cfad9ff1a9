#pragma once

#include "tracestore/recording/run_event.h"

#include <tuple>

namespace tests {

// Facts are compared field by field, apart from how they are written: a field that a codec forgets
// shows here.

inline auto fieldsOf(const tracestore::RunStarted& f)
{
    return std::tie(
        f.name, f.input, f.configuration, f.program, f.foldVersion, f.isScripted, f.folder);
}

inline auto fieldsOf(const tracestore::AgentStarted& f)
{
    return std::tie(f.name, f.role, f.pattern, f.task, f.caller);
}

inline auto fieldsOf(const tracestore::EffectWanted& f)
{
    return std::tuple(f.kind,
                      f.effectClass,
                      f.name,
                      f.provider,
                      f.callId,
                      f.input.messages(),
                      f.parameters,
                      f.tools,
                      f.arguments,
                      f.fingerprint);
}

inline auto fieldsOf(const tracestore::EffectEnded& f)
{
    return std::tie(f.status,
                    f.origin,
                    f.output,
                    f.result,
                    f.error,
                    f.finishReasons,
                    f.responseId,
                    f.respondedModel,
                    f.usage,
                    f.cost,
                    f.firstToken,
                    f.raw,
                    f.note,
                    f.retryAfter);
}

inline auto fieldsOf(const tracestore::DecisionMade& f)
{
    return std::tie(f.policy, f.action, f.reason, f.details);
}

inline auto fieldsOf(const tracestore::StateChanged& f)
{
    return std::tie(f.state, f.isWhole, f.hash);
}

inline auto fieldsOf(const tracestore::EditMade& f)
{
    return std::tie(f.path, f.before, f.after);
}

inline auto fieldsOf(const tracestore::AgentEnded& f)
{
    return std::tie(f.status, f.answer, f.reason);
}

inline auto fieldsOf(const tracestore::RunEnded& f)
{
    return std::tie(f.status, f.answer, f.reason);
}

inline auto fieldsOf(const tracestore::RunResumed& f)
{
    return std::tie(f.inDoubt);
}

inline bool isSame(const tracestore::RunFact& a, const tracestore::RunFact& b)
{
    return a.index() == b.index()
        && std::visit(
               [&](const auto& fact) {
                   return fieldsOf(fact) == fieldsOf(std::get<std::decay_t<decltype(fact)>>(b));
               },
               a);
}

inline bool isSame(const tracestore::RunEvent& a, const tracestore::RunEvent& b)
{
    return a.number == b.number && a.time == b.time && a.agent == b.agent && a.effect == b.effect
        && isSame(a.fact, b.fact);
}

} // namespace tests
