#pragma once

#include "tracestore/model/trace_builder.h"
#include "tracestore/recording/run_payloads.h"
#include "tracestore/recording/run_span_words.h"
#include "tracestore/recording/run_trace.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace tracestore {

/// What a trace is made in, event by event.
struct RunTrace::Data
{
    /// An agent by its path, from one start to the next.
    struct RunningAgent
    {
        AgentId agent;
        SpanId span; ///< invalid where its start is not known
    };

    /// What was wanted once, in one attempt or more.
    struct RunCall
    {
        SpanId span;
        EffectKind kind = EffectKind::Model;
        std::uint32_t attempts = 1;
        SpanId lastAttempt; ///< the call's own span while it is the only one
        std::optional<TokenUsage> usage; ///< of the attempts that ended
        std::optional<Cost> cost;
    };

    /// An attempt by the name of its effect.
    struct RunAttempt
    {
        SpanId span;
        std::string call; ///< key of its RunCall
        EffectKind kind = EffectKind::Model;
        bool isOpen = true;
        bool isHeld = false; ///< it was not begun: the debugger holds it
        bool isToldOf = false; ///< the debugger said itself whose outcome it has
        /// When its outcome came, where the debugger held that: it took so long, and no longer.
        std::optional<Timestamp> arrived = {};
    };

    explicit Data(const std::string& title);

    void add(const EventPtr& event);

    void take(const EventPtr& event, const RunStarted& fact);
    void take(const EventPtr& event, const AgentStarted& fact);
    void take(const EventPtr& event, const EffectWanted& fact);
    void addIntent(const EventPtr& event, const EffectWanted& fact);
    void take(const EventPtr& event, const EffectEnded& fact);
    void take(const EventPtr& event, const DecisionMade& fact);
    void take(const EventPtr& event, const StateChanged& fact);
    void take(const EventPtr& event, const EditMade& fact);
    void take(const EventPtr& event, const AgentEnded& fact);
    void take(const EventPtr& event, const RunEnded& fact);
    void take(const EventPtr& event, const RunResumed& fact);

    [[nodiscard]] TracePtr snapshot(bool isInterrupted) const;

    RunningAgent& agentOf(const std::string& path);
    [[nodiscard]] std::string callKey(const RunEvent& event) const;
    [[nodiscard]] SpanId callerOf(const RunEvent& event, const AgentStarted& fact) const;
    [[nodiscard]] SpanId agentSpanOf(const RunEvent& event) const;
    [[nodiscard]] SpanId wholeOf(const RunEvent& event) const;
    [[nodiscard]] SpanId placeOf(const RunEvent& event) const;
    SpanId addSpan(SpanRecord record, const EventPtr& event);
    SpanId addAttempt(const EventPtr& event, const EffectWanted& fact, SpanId parent, bool counts);
    SpanId addMoment(const EventPtr& event, SpanKind kind, std::string_view name);
    void addRetry(RunCall& call, const EventPtr& event, const EffectWanted& fact);
    void splitFirstAttempt(RunCall& call);
    void restart(SpanId call, const EventPtr& event, const EffectWanted& fact);
    void takeDebugger(const EventPtr& event, const DecisionMade& fact);
    void addHeld(const EventPtr& event, const HeldStep& held);
    void beginHeld(RunAttempt& attempt, const EventPtr& event, const EffectWanted& fact);
    void discard(const EventPtr& event);
    SpanId addUnknown(const EventPtr& event, const EffectEnded& fact);
    void finish(SpanId span, const EventPtr& event, const EffectEnded& fact);
    void finishCall(RunCall& call, const EventPtr& event, const EffectEnded& fact);
    void end(SpanId span, Timestamp time, SpanStatus status);
    void note(SpanId span, const EventPtr& event);
    void doubt(const std::string& effect);

    TraceBuilder builder;
    Column<SpanEvents> events; ///< by SpanId
    Column<StateMark> states;
    std::unordered_map<std::string, RunningAgent> agents; ///< by path
    std::unordered_map<std::string, RunCall> calls;
    std::unordered_map<std::string, RunAttempt> attempts; ///< by effect
    std::unordered_set<SpanId> open; ///< began and did not end
    std::unordered_set<SpanId> openOutside; ///< of these, what is in doubt when all breaks off
    EventPtr started;
    SpanId root;
    std::size_t count = 0;
    std::optional<Timestamp> last;
};

} // namespace tracestore
