#pragma once

#include "tracestore/model/message_chain.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tracestore {

/// How far an effect reaches. What writes or reaches outside is started only after its intent is
/// saved, and is never done again silently.
enum class EffectClass : std::uint8_t
{
    Pure,
    Reads,
    Writes,
    Outside
};

/// What an agent can want from outside itself.
enum class EffectKind : std::uint8_t
{
    Model, ///< an answer of a model
    Tool, ///< a result of a tool
    User, ///< an answer or approval of the user
    Agent, ///< the result of another agent
    Timer, ///< that time passes: back-off, rate limits
};

enum class OutcomeStatus : std::uint8_t
{
    Ok,
    Error, ///< it was tried and failed
    Cancelled, ///< stopped while it ran; what had come is kept
    Refused, ///< it was not let through: by a policy, a budget, the user
};

/// Where an outcome came from.
enum class OutcomeOrigin : std::uint8_t
{
    Live,
    Script, ///< the embedded script provider: no model was asked
    Cache,
    User, ///< answered by hand or by a breakpoint
    Recording,
    Policy, ///< a policy refused or answered
};

std::string_view toWord(EffectClass effectClass);
std::string_view toWord(EffectKind kind);
std::string_view toWord(OutcomeStatus status);
std::string_view toWord(OutcomeOrigin origin);

// The facts of which the log of a run consists. JSON texts are as they were written; empty means
// not known or not there.

/// The run begins.
struct RunStarted
{
    std::string name; ///< of the agent
    std::string input; ///< what the user asked
    std::string configuration; ///< JSON: the agent as it was configured, keys masked
    std::string program; ///< `kymo 0.1.0`
    std::uint32_t foldVersion = 1; ///< rises when the agents of a newer Kymo decide otherwise
    bool isScripted = false; ///< its models are scripts: said in every view
    std::string folder; ///< of the configuration: its relative paths begin there
};

/// An agent begins to work; the root has no caller.
struct AgentStarted
{
    std::string name;
    std::string role;
    std::string pattern; ///< react, planner, team
    std::string task;
    std::string caller; ///< the effect of the agent that asked for it
};

/// The intent: an attempt is about to be started. Written before it starts.
struct EffectWanted
{
    EffectKind kind = EffectKind::Model;
    EffectClass effectClass = EffectClass::Reads;
    std::string name; ///< of the model, tool or agent
    std::string provider; ///< of a model, or the MCP server of a tool
    std::string callId; ///< by which the model knows a tool call
    MessageChain input; ///< of a model
    std::string parameters; ///< JSON object: of a model
    std::string tools; ///< JSON array: the tools that a model is offered
    std::string arguments; ///< of a tool (JSON); the question to a user; the task of an agent
    std::string fingerprint; ///< of the typed request, see the gate; by which a replay matches
};

struct EffectEnded
{
    OutcomeStatus status = OutcomeStatus::Ok;
    OutcomeOrigin origin = OutcomeOrigin::Live;
    std::vector<Message> output; ///< of a model, a choice each
    std::string result; ///< of a tool, user or agent: text or JSON
    std::optional<SpanError> error;
    std::vector<std::string> finishReasons;
    std::string responseId;
    std::string respondedModel;
    std::optional<TokenUsage> usage;
    std::optional<Cost> cost;
    std::optional<Timestamp> firstToken;
    std::string raw; ///< the answer as it came over the line: the evidence
    std::string note; ///< of a policy or edit: why it is what it is
    std::optional<Duration> retryAfter; ///< as the provider asked for
};

/// A policy or guard decided something.
struct DecisionMade
{
    std::string policy; ///< retry, breaker, fallback, cache, rate_limit, budget, loop_guard ...
    std::string action; ///< wait, open, close, use, store, refuse, compress, route, stop ...
    std::string reason; ///< a sentence for people
    std::string details; ///< JSON object: the numbers behind it
};

/// The policy of facts that the debugger notes: `hold`, `log`, `snapshot`, `fault`, `fork`, `edit`,
/// `answer`, `discard`. They are about a step that may have no intent yet, and name its kind and
/// name in their details; they are no part of what the run is.
inline constexpr std::string_view kDebuggerPolicy = "debugger";

/// The state of an agent after a turn.
struct StateChanged
{
    std::string state; ///< JSON: all of it where isWhole, else what changed (a patch of RFC 6902)
    bool isWhole = false;
    std::string hash; ///< of the whole state (FORMAT.md), by which folding again is verified
};

/// The user changed something; the original stays in the log.
struct EditMade
{
    std::string path; ///< what was changed: `request.messages[3]`, `outcome.result`, `state.plan`
    std::string before; ///< JSON
    std::string after; ///< JSON
};

struct AgentEnded
{
    OutcomeStatus status = OutcomeStatus::Ok;
    std::string answer;
    std::string reason; ///< why it ended, where that is not its answer
};

struct RunEnded
{
    OutcomeStatus status = OutcomeStatus::Ok;
    std::string answer;
    std::string reason;
};

/// An interrupted run goes on; what was in doubt is named by the effects.
struct RunResumed
{
    std::vector<std::string> inDoubt;
};

using RunFact = std::variant<RunStarted,
                             AgentStarted,
                             EffectWanted,
                             EffectEnded,
                             DecisionMade,
                             StateChanged,
                             EditMade,
                             AgentEnded,
                             RunEnded,
                             RunResumed>;

/// One line of the log of a run. Numbers count from 1 without a gap and are the order in which
/// things happened; times are only told.
struct RunEvent
{
    std::int64_t number = 0;
    Timestamp time;
    std::string agent; ///< its path: `support`, `manager/researcher`; empty for the run itself
    std::string effect; ///< the effect it is about (see engine/effect/effect.h), or empty
    RunFact fact;
};

/// Shared, so that writer, trace and views of a run have one copy of what may be long.
using RunEventPtr = std::shared_ptr<const RunEvent>;

/// The word of a fact's type as it stands in files: `effect_wanted`.
std::string_view typeWord(const RunFact& fact);

} // namespace tracestore
