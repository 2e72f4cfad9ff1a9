#include "engine/runtime/attach/debug_json.h"

#include "engine/breakpoint/breakpoint_json.h"
#include "engine/runtime/attach/json_fields.h"

#include <array>
#include <type_traits>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    template<class Enum, std::size_t size>
    std::string_view wordOf(const std::array<std::string_view, size>& words, Enum value)
    {
        return words[static_cast<std::size_t>(value)];
    }

    // In the order of DebugOrder.
    constexpr std::array<std::string_view, std::variant_size_v<DebugOrder>> kOrderWords {
        "continue",
        "pause",
        "step",
        "run_to",
        "set_debug_setup",
        "set_test_mode",
        "edit_request",
        "edit_outcome",
        "edit_state",
        "undo_edit",
        "answer_step",
        "cancel_step",
        "inspect_step",
        "evaluate",
        "go_to_moment",
        "go_to_change",
        "go_to_hit",
        "play"};

} // namespace

// JsonWriting and JsonReading find these by their arguments, which an unnamed namespace would hide.

static std::string_view toWord(StopKind kind)
{
    return infoOf(kind).word;
}

static std::string_view toWord(PendingStep::Stage stage)
{
    static constexpr std::array<std::string_view, 4> kWords {
        "held_before", "running", "held_after", "held_between"};
    return wordOf(kWords, stage);
}

static std::string_view toWord(DebugLine::Kind kind)
{
    static constexpr std::array<std::string_view, 3> kWords {"log", "note", "problem"};
    return wordOf(kWords, kind);
}

static std::string_view toWord(TravelPlace::Moment moment)
{
    static constexpr std::array<std::string_view, 4> kWords {
        "before", "first_token", "after", "between"};
    return wordOf(kWords, moment);
}

static std::string_view toWord(GoToHit::Which which)
{
    static constexpr std::array<std::string_view, 4> kWords {"first", "last", "next", "previous"};
    return wordOf(kWords, which);
}

static std::string_view toWord(PlayRun::Pace pace)
{
    static constexpr std::array<std::string_view, 2> kWords {"instant", "recorded"};
    return wordOf(kWords, pace);
}

static std::string_view toWord(RunState state)
{
    static constexpr std::array<std::string_view, 6> kWords {
        "starting", "running", "waiting", "idle", "stopping", "ended"};
    return wordOf(kWords, state);
}

template<class Fields, Described<std::pair<std::string, std::string>> T>
void describe(Fields& fields, T& value)
{
    fields("field", value.first);
    fields("value", value.second);
}

template<class Fields, Described<BreakpointHit> T>
void describe(Fields& fields, T& value)
{
    fields("id", value.id);
    fields("number", value.number);
    fields("values", value.values);
    fields("problem", value.problem);
}

template<class Fields, Described<BreakpointTally> T>
void describe(Fields& fields, T& value)
{
    fields("id", value.id);
    fields("hits", value.hits);
    fields("problem", value.problem);
    fields("is_spent", value.isSpent);
}

template<class Fields, Described<FaultTally> T>
void describe(Fields& fields, T& value)
{
    fields("id", value.id);
    fields("met", value.met);
    fields("failed", value.failed);
    fields("problem", value.problem);
}

template<class Fields, Described<WatchValue> T>
void describe(Fields& fields, T& value)
{
    fields("id", value.id);
    fields("value", value.value);
    fields("problem", value.problem);
    fields("before", value.before);
    fields("changed_at", value.changedAt);
    fields("changed_step", value.changedStep);
    fields("is_new", value.isNew);
}

template<class Fields, Described<PendingEdit> T>
void describe(Fields& fields, T& value)
{
    fields("path", value.path);
    fields("before", value.before);
    fields("after", value.after);
}

template<class Fields, Described<PendingStep> T>
void describe(Fields& fields, T& value)
{
    fields("effect", value.effect);
    fields("agent", value.agent);
    fields.word("kind", value.kind, EffectKind::Timer);
    fields("name", value.name);
    fields.word("stage", value.stage, PendingStep::Stage::HeldBetween);
    fields("is_stop", value.isStop);
    fields("reason", value.reason);
    fields("summary", value.summary);
    fields.word("class", value.effectClass, EffectClass::Outside);
    fields("since", value.since);
    fields("edits", value.edits);
    fields("is_class_told", value.isClassTold);
}

template<class Fields, Described<DebugStop> T>
void describe(Fields& fields, T& value)
{
    fields("number", value.number);
    fields.word("cause", value.cause, DebugStop::Cause::End);
    fields.word("kind", value.kind, StopKind::Step);
    fields("effect", value.effect);
    fields("agent", value.agent);
    fields("hits", value.hits);
    fields("is_test_stop", value.isTestStop);
    fields("text", value.text);
    fields("event", value.event);
    fields("time", value.time);
}

template<class Fields, Described<AgentFrame> T>
void describe(Fields& fields, T& value)
{
    fields("path", value.path);
    fields("name", value.name);
    fields("pattern", value.pattern);
    fields("turn", value.turn);
    fields("caller", value.caller);
    fields("task", value.task);
    fields("steps", value.steps);
    fields("answered", value.answered);
}

template<class Fields, Described<TravelPlace> T>
void describe(Fields& fields, T& value)
{
    fields("position", value.position);
    fields("count", value.count);
    fields("span", value.span.value);
    fields.word("moment", value.moment, TravelPlace::Moment::Between);
    fields("is_at_start", value.isAtStart);
    fields("is_at_end", value.isAtEnd);
    fields("progress", value.progress);
    fields("is_playing", value.isPlaying);
    fields("factor", value.factor);
    fields("notes", value.notes);
}

template<class Fields, Described<DebugStatus> T>
void describe(Fields& fields, T& value)
{
    fields.word("state", value.state, DebugState::Paused);
    fields("stop", value.stop);
    fields("pending", value.pending);
    fields("frames", value.frames);
    fields("breakpoints", value.breakpoints);
    fields("faults", value.faults);
    fields("watches", value.watches);
    fields("is_test_mode", value.isTestMode);
    fields("allowed_tools", value.allowedTools);
    fields("travel", value.travel);
}

template<class Fields, Described<RunQuestion> T>
void describe(Fields& fields, T& value)
{
    fields("effect", value.effect);
    fields("question", value.question.question);
    fields("options", value.question.options);
    fields("is_approval", value.question.isApproval);
    fields("subject", value.question.subject);
}

template<class Fields, Described<tracestore::TokenUsage> T>
void describe(Fields& fields, T& value)
{
    fields("input", value.input);
    fields("cache_read", value.cacheRead);
    fields("cache_write", value.cacheWrite);
    fields("cache_write_long", value.cacheWriteLong);
    fields("output", value.output);
    fields("reasoning", value.reasoning);
    fields("reported_total", value.reportedTotal);
}

template<class Fields, Described<RunFigures> T>
void describe(Fields& fields, T& value)
{
    fields("turns", value.turns);
    fields("model_calls", value.modelCalls);
    fields("tool_calls", value.toolCalls);
    fields("retries", value.retries);
    fields("cache_hits", value.cacheHits);
    fields("errors", value.errors);
    fields("tokens", value.tokens);
    fields("cost", value.cost);
    fields("first_token", value.firstToken);
    fields("duration", value.duration);
}

template<class Fields, Described<AgentResult> T>
void describe(Fields& fields, T& value)
{
    fields.word("status", value.status, OutcomeStatus::Refused);
    fields("answer", value.answer);
    fields("reason", value.reason);
}

template<class Fields, Described<RunStatus> T>
void describe(Fields& fields, T& value)
{
    fields.word("state", value.state, RunState::Ended);
    fields("agent", value.agent);
    fields("input", value.input);
    fields("is_scripted", value.isScripted);
    fields("questions", value.questions);
    fields("figures", value.figures);
    fields("result", value.result);
    fields("waits_for", value.waitsFor);
    fields("problem", value.problem);
    fields("record", value.recordFile);
    fields("debug", value.debug);
    fields("is_travel", value.isTravel);
}

template<class Fields, Described<StepInspection> T>
void describe(Fields& fields, T& value)
{
    fields("effect", value.effect);
    fields("agent", value.agent);
    fields.word("kind", value.kind, EffectKind::Timer);
    fields.word("stage", value.stage, PendingStep::Stage::HeldBetween);
    fields("request", value.request);
    fields("request_before", value.requestBefore);
    fields("wire", value.wire);
    fields("schema", value.schema);
    fields("outcome", value.outcome);
    fields("outcome_before", value.outcomeBefore);
    fields("state", value.state);
    fields("state_before", value.stateBefore);
    fields("problem", value.problem);
}

template<class Fields, Described<Evaluation> T>
void describe(Fields& fields, T& value)
{
    fields("request", value.request);
    fields("expression", value.expression);
    fields("value", value.value);
    fields("problem", value.problem);
}

template<class Fields, Described<DebugLine> T>
void describe(Fields& fields, T& value)
{
    fields.word("kind", value.kind, DebugLine::Kind::Problem);
    fields("text", value.text);
    fields("effect", value.effect);
    fields("wants_attention", value.wantsAttention);
    fields("wants_sound", value.wantsSound);
}

// The orders, in the order of the variant.

template<class Fields, class T>
requires Described<T, UndoEdit> || Described<T, CancelStep> || Described<T, InspectStep>

void describe(Fields& fields, T& value)
{
    fields("effect", value.effect);
}

template<class Fields, Described<ContinueRun> T>
void describe(Fields& fields, T& value)
{
    fields("effect", value.effect);
    fields("is_back", value.isBack);
}

template<class Fields, Described<PauseRun> T>
void describe(Fields&, T&)
{ }

template<class Fields, Described<StepRun> T>
void describe(Fields& fields, T& value)
{
    fields.word("mode", value.mode, StepMode::Turn);
    fields("effect", value.effect);
    fields("is_back", value.isBack);
}

template<class Fields, Described<SetTestMode> T>
void describe(Fields& fields, T& value)
{
    fields("is_on", value.isOn);
    fields("allowed_tools", value.allowedTools);
}

template<class Fields, class T>
requires Described<T, EditRequest> || Described<T, EditOutcome>

void describe(Fields& fields, T& value)
{
    fields("effect", value.effect);
    fields("path", value.path);
    fields("value", value.value);
}

template<class Fields, Described<EditState> T>
void describe(Fields& fields, T& value)
{
    fields("agent", value.agent);
    fields("path", value.path);
    fields("value", value.value);
}

template<class Fields, Described<AnswerStep> T>
void describe(Fields& fields, T& value)
{
    fields("effect", value.effect);
    fields.word("status", value.answer.status, OutcomeStatus::Refused);
    fields("text", value.answer.text);
    fields("error_type", value.answer.errorType);
}

template<class Fields, Described<EvaluateExpression> T>
void describe(Fields& fields, T& value)
{
    fields("request", value.request);
    fields("expression", value.expression);
    fields("effect", value.effect);
}

template<class Fields, Described<GoToMoment> T>
void describe(Fields& fields, T& value)
{
    fields("span", value.span.value);
    fields("effect", value.effect);
    fields("position", value.position);
    fields("is_at_end", value.isAtEnd);
}

template<class Fields, Described<GoToChange> T>
void describe(Fields& fields, T& value)
{
    fields("watch", value.watch);
    fields("expression", value.expression);
    fields("is_back", value.isBack);
}

template<class Fields, Described<GoToHit> T>
void describe(Fields& fields, T& value)
{
    fields("expression", value.expression);
    fields.word("which", value.which, GoToHit::Which::Previous);
}

template<class Fields, Described<PlayRun> T>
void describe(Fields& fields, T& value)
{
    fields.word("pace", value.pace, PlayRun::Pace::Recorded);
    fields("factor", value.factor);
}

namespace {

    template<class T>
    json writtenValue(const T& value)
    {
        JsonWriting fields;
        describe(fields, value);
        return fields.take();
    }

    template<class T>
    Result<T> readValue(const json& from)
    {
        T value;
        JsonReading fields(from);
        describe(fields, value);
        if (!fields.problem().empty())
            return tracestore::fail(ErrorCode::Invalid, fields.problem() + '.');
        return value;
    }

    // What breakpoints look like is told in one place: engine/breakpoint/README.md.

    json writtenOrder(const RunTo& order)
    {
        return {{"target", toJson(order.target)}};
    }

    json writtenOrder(const SetDebugSetup& order)
    {
        json lists {
            {"breakpoints", json::array()}, {"watches", json::array()}, {"faults", json::array()}};
        for (const Breakpoint& each : order.setup.breakpoints)
            lists["breakpoints"].push_back(toJson(each));
        for (const Watch& each : order.setup.watches)
            lists["watches"].push_back(toJson(each));
        for (const FaultRule& each : order.setup.faults)
            lists["faults"].push_back(toJson(each));
        return lists;
    }

    template<class T>
    json writtenOrder(const T& order)
    {
        return writtenValue(order);
    }

    template<class T>
    Result<void>
    readList(const json& from, const char* name, Result<T> (*read)(const json&), std::vector<T>& to)
    {
        const auto list = from.find(name);
        if (list == from.end())
            return {};
        if (!list->is_array() || list->size() > kMostListed)
            return tracestore::fail(ErrorCode::Invalid,
                                    std::string("`") + name + "` is not what it must be.");
        for (const json& each : *list) {
            auto value = read(each);
            if (!value)
                return tracestore::fail(std::move(value).error());
            to.push_back(std::move(*value));
        }
        return {};
    }

    Result<DebugOrder> readSetup(const json& from)
    {
        SetDebugSetup order;
        for (auto read :
             {readList(from, "breakpoints", breakpointFromJson, order.setup.breakpoints),
              readList(from, "watches", watchFromJson, order.setup.watches),
              readList(from, "faults", faultFromJson, order.setup.faults)}) {
            if (!read)
                return tracestore::fail(std::move(read).error());
        }
        return DebugOrder(std::move(order));
    }

    Result<DebugOrder> readRunTo(const json& from)
    {
        const auto target = from.find("target");
        if (target == from.end())
            return tracestore::fail(ErrorCode::Invalid, "`target` is missing.");
        auto breakpoint = breakpointFromJson(*target);
        if (!breakpoint)
            return tracestore::fail(std::move(breakpoint).error());
        return DebugOrder(RunTo {std::move(*breakpoint)});
    }

    template<std::size_t index = 0>
    Result<DebugOrder> readOrder(std::string_view word, const json& from)
    {
        if constexpr (index == std::variant_size_v<DebugOrder>) {
            return tracestore::fail(ErrorCode::Unsupported,
                                    "There is no order `" + std::string(word) + "`.");
        } else {
            if (kOrderWords[index] != word)
                return readOrder<index + 1>(word, from);
            using Order = std::variant_alternative_t<index, DebugOrder>;
            if constexpr (std::same_as<Order, SetDebugSetup>) {
                return readSetup(from);
            } else if constexpr (std::same_as<Order, RunTo>) {
                return readRunTo(from);
            } else {
                auto order = readValue<Order>(from);
                if (!order)
                    return tracestore::fail(std::move(order).error());
                return DebugOrder(std::move(*order));
            }
        }
    }

} // namespace

json toJson(const DebugOrder& order)
{
    json value = std::visit([](const auto& each) { return writtenOrder(each); }, order);
    value["order"] = std::string(kOrderWords[order.index()]);
    return value;
}

Result<DebugOrder> orderFromJson(const json& from)
{
    if (!from.is_object() || !from.contains("order") || !from["order"].is_string())
        return tracestore::fail(ErrorCode::Invalid, "An order has to say which it is.");
    return readOrder(from["order"].get_ref<const std::string&>(), from);
}

json toJson(const RunStatus& status)
{
    return writtenValue(status);
}

Result<RunStatus> statusFromJson(const json& from)
{
    return readValue<RunStatus>(from);
}

json toJson(const StepInspection& step)
{
    return writtenValue(step);
}

Result<StepInspection> inspectionFromJson(const json& from)
{
    return readValue<StepInspection>(from);
}

json toJson(const Evaluation& value)
{
    return writtenValue(value);
}

Result<Evaluation> evaluationFromJson(const json& from)
{
    return readValue<Evaluation>(from);
}

json toJson(const DebugLine& line)
{
    return writtenValue(line);
}

Result<DebugLine> lineFromJson(const json& from)
{
    return readValue<DebugLine>(from);
}

} // namespace engine
