#include "engine/cli/debugger/debug_listing.h"

#include "engine/cli/text_table.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace engine::cli {

using nlohmann::json;
using tracestore::safeLine;
using tracestore::safeText;

namespace {

    constexpr std::size_t kLine = 200;

    std::string shortened(const std::string& text)
    {
        return text.size() <= kLine ? text
                                    : tracestore::toValidUtf8(text.substr(0, kLine)) + " ...";
    }

    std::string_view stageWord(PendingStep::Stage stage)
    {
        switch (stage) {
        case PendingStep::Stage::HeldBefore:
            return "held before";
        case PendingStep::Stage::HeldAfter:
            return "held after";
        case PendingStep::Stage::HeldBetween:
            return "held";
        case PendingStep::Stage::Running:
            break;
        }
        return "running";
    }

    std::string stepLine(const PendingStep& step)
    {
        return step.effect + "  " + step.name + (step.summary.empty() ? "" : ' ' + step.summary);
    }

    std::string editLines(const PendingStep& step)
    {
        std::string lines;
        for (const PendingEdit& edit : step.edits)
            lines += "\n  changed " + edit.path + ": " + shortened(edit.before) + " -> "
                + shortened(edit.after);
        return lines;
    }

    std::string hitLine(const BreakpointHit& hit)
    {
        std::string line
            = "Breakpoint " + std::to_string(hit.id) + ", hit " + std::to_string(hit.number);
        for (const auto& [field, value] : hit.values)
            line += ", " + field + " = " + shortened(value);
        if (!hit.problem.empty())
            line += ", its condition cannot be evaluated: " + hit.problem;
        return line;
    }

    std::string watchLine(const Watch& watch, const WatchValue* value)
    {
        std::string line = std::to_string(watch.id) + ": " + watch.expression + " = ";
        if (value == nullptr || (value->value.empty() && value->problem.empty()))
            return line + "not known here";
        if (!value->problem.empty())
            return line + "? " + value->problem;
        line += shortened(value->value);
        // Since the last stop it may have had values in between, which nobody has seen.
        if (value->changedAt > 0)
            line += (value->isNew ? "  (changed, last at " : "  (last changed at ")
                + value->changedStep + ", from " + shortened(value->before) + ')';
        return line;
    }

    /// What a change of the state lets be made again.
    std::string answeredText(const AgentFrame& frame)
    {
        std::string text;
        for (const std::string& call : frame.answered)
            text += (text.empty() ? ", answered already: " : ", ") + call;
        return text;
    }

    template<class List>
    auto* withId(List& list, std::uint32_t id)
    {
        const auto found
            = std::ranges::find_if(list, [&](const auto& each) { return each.id == id; });
        return found == list.end() ? nullptr : &*found;
    }

    std::string count(std::uint64_t number, std::string_view what)
    {
        return std::to_string(number) + ' ' + std::string(what) + (number == 1 ? "" : "s");
    }

    std::string actionText(const BreakpointAction& action)
    {
        struct Words
        {
            std::string operator()(const PauseAction& pause) const
            {
                return pause.holdsStepOnly ? "hold this step" : "stop";
            }

            std::string operator()(const LogAction& log) const { return "log " + log.text; }

            std::string operator()(const EditAction& edit) const
            {
                return "set " + edit.path + " = " + edit.value;
            }

            std::string operator()(const AnswerAction& answer) const
            {
                return answer.status == OutcomeStatus::Ok
                    ? "answer " + answer.text
                    : "fail " + answer.errorType + (answer.text.empty() ? "" : ' ' + answer.text);
            }

            std::string operator()(const SnapshotAction& each) const
            {
                return "snapshot " + each.name;
            }

            std::string operator()(const ForkAction& fork) const
            {
                return fork.name.empty() ? "fork" : "fork " + fork.name;
            }

            std::string operator()(const NotifyAction& notify) const
            {
                return notify.kind == NotifyAction::Kind::Flash ? "flash" : "sound";
            }
        };

        return std::visit(Words(), action);
    }

    std::string breakpointLines(const Breakpoint& breakpoint, const BreakpointTally* tally)
    {
        std::string text = std::to_string(breakpoint.id) + "  " + breakpoint.toText();
        if (breakpoint.isOneShot)
            text += ", once";
        if (!breakpoint.isEnabled)
            text += ", off";
        if (!breakpoint.group.empty())
            text += ", group " + breakpoint.group;
        if (tally != nullptr && tally->hits > 0)
            text += "; " + count(tally->hits, "hit");
        if (tally != nullptr && tally->isSpent)
            text += ", spent";
        for (const BreakpointAction& action : breakpoint.actions)
            text += "\n     " + actionText(action);
        if (tally != nullptr && !tally->problem.empty())
            text += "\n     " + tally->problem;
        return safeText(text);
    }

    std::string faultLine(const FaultRule& rule, const FaultTally* tally)
    {
        std::string text = std::to_string(rule.id) + "  " + std::string(toWord(rule.kind));
        const std::string& name = rule.scope.tool.empty() ? rule.scope.model : rule.scope.tool;
        text += ' ' + (name.empty() ? std::string("of every step") : name);
        if (rule.kind == FaultKind::Error)
            text += " (" + rule.errorType + ')';
        if (!rule.condition.empty())
            text += " if " + rule.condition;
        if (rule.count > 0)
            text += ", " + count(rule.count, "time");
        if (rule.probability < 1) {
            char chance[64];
            std::snprintf(chance, sizeof chance, ", chance %g, seed ", rule.probability);
            text += chance + std::to_string(rule.seed);
        }
        if (!rule.isEnabled)
            text += ", off";
        if (tally != nullptr && tally->met > 0)
            text += "; " + std::to_string(tally->failed) + " of " + count(tally->met, "step")
                + " failed by it";
        if (tally != nullptr && !tally->problem.empty())
            text += "\n     " + tally->problem;
        return safeText(text);
    }

    /// A content of a message: a text, or parts of which some are texts.
    std::string contentText(const json& content)
    {
        if (content.is_string())
            return content.get<std::string>();
        if (!content.is_array())
            return tracestore::toJsonText(content);
        std::string all;
        for (const json& part : content) {
            const bool isText
                = part.is_object() && part.contains("text") && part["text"].is_string();
            all += (all.empty() ? "" : "\n")
                + (isText ? part["text"].get<std::string>() : tracestore::toJsonText(part));
        }
        return all;
    }

    std::string messageLines(const json& message, std::size_t number)
    {
        std::string text = '[' + std::to_string(number) + "] ";
        if (!message.is_object())
            return text + tracestore::toJsonText(message);
        text += message.contains("role") && message["role"].is_string()
            ? message["role"].get<std::string>() + ':'
            : std::string("message:");
        for (const auto& [name, value] : message.items()) {
            if (name == "role" || value.is_null() || value.empty())
                continue;
            const bool isContent = name == "content" || name == "text" || name == "parts";
            text += ' '
                + (isContent ? contentText(value) : name + ' ' + tracestore::toJsonText(value));
        }
        return text;
    }

    std::string joined(const std::vector<std::string>& lines, std::string_view otherwise)
    {
        std::string all;
        for (const std::string& line : lines)
            all += (all.empty() ? "" : "\n") + line;
        return all.empty() ? std::string(otherwise) : all;
    }

} // namespace

const PendingStep* heldStep(const DebugStatus& debug)
{
    const auto isHeld
        = [](const PendingStep& step) { return step.stage != PendingStep::Stage::Running; };
    if (debug.stop) {
        const auto at = std::ranges::find(debug.pending, debug.stop->effect, &PendingStep::effect);
        if (at != debug.pending.end() && isHeld(*at))
            return &*at;
    }
    const auto held = std::ranges::find_if(debug.pending, isHeld);
    return held == debug.pending.end() ? nullptr : &*held;
}

std::string shownJson(const std::string& text)
{
    const auto value = tracestore::parseJson(text);
    if (!value)
        return safeText(text);
    if (value->is_string())
        return safeText(value->get<std::string>());
    return safeText(tracestore::toJsonText(*value, 2));
}

std::string stopText(const RunStatus& status, const Output& out)
{
    const DebugStatus& debug = status.debug;
    if (!debug.stop)
        return "Something is held.";
    const DebugStop& stop = *debug.stop;
    std::string text = out.styled(Output::Style::Heading, safeLine(stop.text));
    for (const BreakpointHit& hit : stop.hits)
        text += '\n' + safeLine(hitLine(hit));
    if (stop.isTestStop)
        text += "\nTest mode: each call stops here, unless its tool is allowed (help test)";
    const PendingStep* at = heldStep(debug);
    if (at != nullptr && at->effect == stop.effect && !at->summary.empty())
        text += '\n' + safeLine(shortened(stepLine(*at)));
    const auto held = std::ranges::count_if(debug.pending, [](const PendingStep& step) {
        return step.stage != PendingStep::Stage::Running;
    });
    if (held > 1)
        text += '\n'
            + out.styled(Output::Style::Faint,
                         count(static_cast<std::uint64_t>(held - 1), "more step")
                             + " held along (info pending)");
    return text;
}

std::string backtraceText(const DebugStatus& debug)
{
    std::vector<std::string> lines;
    for (auto frame = debug.frames.rbegin(); frame != debug.frames.rend(); ++frame) {
        std::string line = '#' + std::to_string(lines.size()) + "  " + frame->path + "  turn "
            + std::to_string(frame->turn)
            + (frame->pattern.empty() ? "" : " (" + frame->pattern + ')');
        if (!frame->task.empty())
            line += "  " + shortened(frame->task);
        std::string all = safeLine(line);
        for (const std::string& effect : frame->steps) {
            const auto step = std::ranges::find(debug.pending, effect, &PendingStep::effect);
            if (step != debug.pending.end())
                all += "\n      "
                    + safeLine(std::string(stageWord(step->stage)) + ": "
                               + shortened(stepLine(*step)));
        }
        lines.push_back(all);
    }
    return joined(lines, "No agent is at work.");
}

std::string breakpointsText(const DebugSetup& setup, const DebugStatus& debug)
{
    std::vector<std::string> lines;
    for (const Breakpoint& breakpoint : setup.breakpoints)
        lines.push_back(breakpointLines(breakpoint, withId(debug.breakpoints, breakpoint.id)));
    return joined(lines,
                  "There are no breakpoints. `break refund` sets one; `help break` tells more.");
}

std::string watchesText(const DebugSetup& setup, const DebugStatus& debug)
{
    std::vector<std::string> lines;
    for (const Watch& watch : setup.watches)
        lines.push_back(safeLine(watchLine(watch, withId(debug.watches, watch.id))));
    return joined(lines, {});
}

std::string faultsText(const DebugSetup& setup, const DebugStatus& debug)
{
    std::vector<std::string> lines;
    for (const FaultRule& rule : setup.faults)
        lines.push_back(faultLine(rule, withId(debug.faults, rule.id)));
    return joined(lines, "No faults are injected.");
}

std::string pendingText(const DebugStatus& debug)
{
    std::vector<std::string> lines;
    for (const PendingStep& step : debug.pending) {
        const std::string line = std::string(step.isStop ? "* " : "  ")
            + std::string(stageWord(step.stage)) + "  " + shortened(stepLine(step))
            + (step.reason.empty() ? "" : "  (" + step.reason + ')');
        lines.push_back(safeLine(line) + safeText(editLines(step)));
    }
    return joined(lines, "Nothing is held or under way.");
}

std::string agentsText(const DebugStatus& debug)
{
    std::vector<std::string> lines;
    for (const AgentFrame& frame : debug.frames)
        lines.push_back(safeLine(
            frame.path + "  " + frame.pattern + ", turn " + std::to_string(frame.turn) + ", "
            + count(frame.steps.size(), "step") + " held or under way" + answeredText(frame)));
    return joined(lines, "No agent is at work.");
}

std::string budgetText(const RunFigures& figures)
{
    std::string text = count(static_cast<std::uint64_t>(figures.turns), "turn") + ", "
        + count(static_cast<std::uint64_t>(figures.modelCalls), "model call") + ", "
        + count(static_cast<std::uint64_t>(figures.toolCalls), "tool call") + ", "
        + count(static_cast<std::uint64_t>(figures.errors), "error");
    if (figures.retries > 0)
        text += ", " + std::to_string(figures.retries) + " tried again";
    if (const auto total = figures.tokens.total())
        text += '\n' + count(static_cast<std::uint64_t>(*total), "token");
    char cost[64] = "\nThe cost is not known.";
    if (figures.cost)
        std::snprintf(cost, sizeof cost, "\n$%.4f", *figures.cost);
    return text + cost;
}

/// Where one stands in a recording.
static std::string travelText(const RunStatus& status, const TravelPlace& place)
{
    std::string text = "Going through "
        + (status.recordFile.isEmpty() ? std::string("a recording")
                                       : status.recordFile.toStdString());
    if (!status.agent.empty())
        text += " of agent " + status.agent;
    text += "\nInput: " + shortened(status.input) + "\nMoment " + std::to_string(place.position + 1)
        + " of " + std::to_string(place.count)
        + (place.isAtStart     ? ", the start"
               : place.isAtEnd ? ", the end"
                               : "");
    for (const std::string& note : place.notes)
        text += '\n' + note;
    return safeText(text);
}

std::string runText(const RunStatus& status)
{
    constexpr const char* kStates[]
        = {"starting", "running", "waiting for an answer", "idle", "stopping", "ended"};
    if (status.isTravel && status.debug.travel)
        return travelText(status, *status.debug.travel);
    std::string text = "Agent " + status.agent + ", " + kStates[static_cast<int>(status.state)];
    if (status.state == RunState::Running)
        text += ", " + std::string(toWord(status.debug.state));
    text += "\nInput: " + shortened(status.input);
    if (status.isScripted)
        text += "\nA script answers in the place of models.";
    if (status.debug.isTestMode)
        text += "\nTest mode: stops before every tool call.";
    if (!status.recordFile.isEmpty())
        text += "\nRecorded in " + status.recordFile.toStdString();
    return safeText(text);
}

std::string kindsText()
{
    std::vector<std::string> lines;
    constexpr std::size_t kColumn = 14;
    for (const StopKindInfo& info : stopKinds()) {
        std::string word(info.word);
        word.resize(std::max(kColumn, word.size() + 1), ' ');
        lines.push_back(word + std::string(info.label) + ": " + std::string(info.description));
    }
    return joined(lines, {});
}

std::string requestText(const StepInspection& step)
{
    const auto request = tracestore::parseJson(step.request);
    if (!request || !request->is_object())
        return shownJson(step.request);
    std::vector<std::string> lines;
    for (const auto& [name, value] : request->items()) {
        if (name == "messages" || name == "tools" || value.is_null())
            continue;
        lines.push_back(name + ": "
                        + (value.is_string()
                               ? value.get<std::string>()
                               : tracestore::toJsonText(value, value.is_structured() ? 2 : -1)));
    }
    if (request->contains("tools") && (*request)["tools"].is_array()
        && !(*request)["tools"].empty()) {
        std::string names = "tools:";
        for (const json& tool : (*request)["tools"])
            names += ' '
                + (tool.is_object() && tool.contains("name") && tool["name"].is_string()
                       ? tool["name"].get<std::string>()
                       : tracestore::toJsonText(tool));
        lines.push_back(names);
    }
    if (request->contains("messages") && (*request)["messages"].is_array()) {
        std::size_t number = 0;
        for (const json& message : (*request)["messages"])
            lines.push_back(messageLines(message, number++));
    }
    return safeText(joined(lines, "Nothing is sent."));
}

} // namespace engine::cli
