#pragma once

#include "engine/effect/wake_up.h"
#include "engine/wire/chat.h"
#include "tracestore/recording/run_event.h"

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace engine {

using tracestore::EffectClass;
using tracestore::EffectKind;
using tracestore::OutcomeOrigin;
using tracestore::OutcomeStatus;

/// The name of an attempt: the path of the agent, its turn, the place in the turn's list of wants,
/// and the attempt, all from 1 but for `attempt` 0, which names the call as a whole. Made of
/// nothing that changes from run to run, so that a replay finds it again.
struct EffectId
{
    std::string agent;
    std::uint32_t turn = 0;
    std::uint32_t ordinal = 0;
    std::uint32_t attempt = 0;
    std::string part; ///< of a composite tool: `look_up`, `outer/inner`; empty: it is no part

    auto operator<=>(const EffectId&) const = default;

    /// `manager/researcher:3.2.1`, `...:3.2/look_up.1` of a part; without the attempt where that is
    /// 0.
    [[nodiscard]] std::string toText() const;

    [[nodiscard]] EffectId withAttempt(std::uint32_t number) const;
};

/// Which model, and where.
struct ModelTarget
{
    std::string provider; ///< the name of the provider in the agent's configuration
    std::string model;

    bool operator==(const ModelTarget&) const = default;
};

struct ModelCall
{
    ModelTarget target;
    ChatRequest request;
};

struct ToolCall
{
    std::string callId;
    std::string tool;
    std::string arguments; ///< JSON as the model wrote it
};

/// A question to the user; `options` where only these answers make sense.
struct UserQuestion
{
    std::string question;
    std::vector<std::string> options;
    bool isApproval = false; ///< may this call be made; `subject` says which
    std::string subject; ///< JSON: the tool's definition and exact arguments
};

/// Another agent is given a task.
struct AgentTask
{
    std::string callId; ///< of the hand-off, where a model asked for it
    std::string agent; ///< its name in the configuration
    std::string task;
};

/// A wait: for a time, or until something wakes it up. What it waits for may depend on other runs,
/// so a replay takes its end from the recording.
struct TimerWait
{
    tracestore::Duration duration; ///< does not count where `until` is there
    std::string reason;
    std::shared_ptr<WakeUp> until = {}; ///< not recorded; null: the time alone
};

using EffectRequest = std::variant<ModelCall, ToolCall, UserQuestion, AgentTask, TimerWait>;

EffectKind kindOf(const EffectRequest& request);

/// An effect at the gate: what is wanted, by whom, and how far it reaches.
struct Effect
{
    EffectId id;
    EffectClass effectClass = EffectClass::Reads;
    EffectRequest request;
};

/// Note of an outcome that the user changed, or whose request he changed: it is not what was asked
/// for.
inline constexpr const char* kEditedNote = "changed by the user";

/// How the note of an outcome begins that a fault rule gave: policies take it as one of the
/// service.
inline constexpr std::string_view kInjectedNote = "injected by fault rule ";

/// What became of an effect. What a fold reads of it is recorded before the fold sees it.
struct Outcome
{
    OutcomeStatus status = OutcomeStatus::Ok;
    OutcomeOrigin origin = OutcomeOrigin::Live;
    std::optional<ChatResponse> response; ///< of a model
    std::string text; ///< of a tool, user or agent; the partial one of what was cancelled
    std::optional<tracestore::SpanError> error;
    std::optional<tracestore::Duration> retryAfter; ///< as the provider asked for
    std::optional<tracestore::Cost> cost; ///< of an agent: with those below it
    std::optional<tracestore::TokenUsage> spent; ///< of an agent with those below it
    std::optional<tracestore::Timestamp> firstToken;
    /// When it was recorded, without times in which the run lay interrupted: the only clock a fold
    /// knows.
    tracestore::Timestamp end;
    std::string note;

    [[nodiscard]] bool isOk() const { return status == OutcomeStatus::Ok; }
};

Outcome failedOutcome(OutcomeStatus status, std::string type, std::string message);

} // namespace engine
