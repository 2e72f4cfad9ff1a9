// What breakpoints do where they hit.
#include "engine/debug/debug_control.h"
#include "engine/run/debugger_facts.h"
#include "engine/run/json_place.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QMetaObject>

namespace engine {
namespace {

    constexpr std::string_view kStatePath = "state";

    std::string breakpointText(BreakpointId id)
    {
        return "Breakpoint " + std::to_string(id);
    }

    bool isOfState(const std::string& path)
    {
        return path.starts_with(kStatePath)
            && (path.size() == kStatePath.size() || path[kStatePath.size()] == '.'
                || path[kStatePath.size()] == '[');
    }

    tracestore::DecisionMade factAt(const StopPoint& point,
                                    std::string_view action,
                                    const std::string& text,
                                    nlohmann::json details)
    {
        if (point.effect != nullptr)
            return debuggerFact(action, text, *point.effect, std::move(details));
        return {std::string(kDebuggerPolicy), std::string(action), text, details.dump()};
    }

    Gate::Pending pendingAt(const StopPoint& point)
    {
        Gate::Pending pending {
            .effect = *point.effect, .stage = Gate::Stage::HeldBefore, .reason = {}, .outcome = {}};
        if (point.outcome != nullptr) {
            pending.stage = Gate::Stage::HeldAfter;
            pending.outcome = *point.outcome;
        }
        return pending;
    }

    std::string effectText(const StopPoint& point)
    {
        return point.effect == nullptr ? std::string() : point.id.toText();
    }

} // namespace

void DebugControl::act(const BreakpointHit& hit, Moment& moment, StepEdits& edits, Verdict& verdict)
{
    const StopPoint& point = moment.point;
    const std::string where = point.id.toText();
    const auto record = [&](std::string_view action, const std::string& text) {
        m_world.log.record(point.id.agent,
                           effectText(point),
                           factAt(point, action, text, {{"breakpoint", hit.id}}));
    };
    const auto refuse = [&](const std::string& problem) {
        m_breakpoints.setProblem(hit.id, problem);
        complain(breakpointText(hit.id) + ": " + problem, where);
    };
    const bool isStep = point.effect != nullptr && point.decision == nullptr;
    const bool isUnderWay = point.kinds == std::vector {StopKind::FirstToken};
    // By value: the list may change while they are done.
    const auto actions = m_breakpoints.find(hit.id)->actions;
    for (const BreakpointAction& action : actions) {
        if (const auto* log = std::get_if<LogAction>(&action)) {
            const std::string text = filled(log->text, moment, hit.id);
            record("log", text);
            emit told({DebugLine::Kind::Log, text, where});
        } else if (const auto* change = std::get_if<EditAction>(&action)) {
            if (isOfState(change->path)) {
                editState(moment, *change, hit.id);
                verdict.waitsForEdit = true;
            } else if (!isStep) {
                refuse("There is no step here that could be changed.");
            } else if (isUnderWay) {
                refuse("The request was sent already, and there is no outcome yet.");
            } else if (auto edited = edits.edit(pendingAt(point), change->path, change->value);
                       !edited) {
                refuse(edited.error().message);
            } else {
                const std::string text = breakpointText(hit.id) + " sets " + change->path + '.';
                record("edit", text);
                emit told({DebugLine::Kind::Note, text, where});
            }
        } else if (const auto* answer = std::get_if<AnswerAction>(&action)) {
            if (!isStep) {
                refuse("There is no step here that could be answered.");
            } else if (auto answered
                       = edits.answer(pendingAt(point), outcomeOf(*answer, point.effect->request));
                       !answered) {
                refuse(answered.error().message);
            } else {
                const std::string text = breakpointText(hit.id) + " answers " + moment.name + '.';
                record("answer", text);
                emit told({DebugLine::Kind::Note, text, where});
            }
        } else if (const auto* checkpoint = std::get_if<SnapshotAction>(&action)) {
            record("snapshot", checkpoint->name);
            emit told({DebugLine::Kind::Note, "Checkpoint: " + checkpoint->name, where});
        } else if (const auto* forked = std::get_if<ForkAction>(&action)) {
            fork(*forked, moment, hit.id);
        } else if (const auto* notice = std::get_if<NotifyAction>(&action)) {
            const bool isSound = notice->kind == NotifyAction::Kind::Sound;
            emit told({DebugLine::Kind::Note,
                       breakpointText(hit.id) + " has hit.",
                       where,
                       !isSound,
                       isSound});
        }
    }
}

/// From the event loop: what the agent wants now is about to be discarded. A state that has the
/// value already stays as it is, so that what it wants then goes on.
void DebugControl::editState(const Moment& moment,
                             const EditAction& action,
                             BreakpointId breakpoint)
{
    QMetaObject::invokeMethod(
        this,
        [this, id = moment.point.id, action, breakpoint] {
            std::string path = action.path.substr(kStatePath.size());
            if (path.starts_with('.'))
                path.erase(0, 1);
            const AgentRun* agent = m_world.findAgent(id.agent);
            const auto state = agent == nullptr ? nlohmann::json() : agent->state().toJson();
            const nlohmann::json* known = valueAt(state, path);
            const bool isSet = known != nullptr && *known == writtenValue(action.value);
            if (!isSet) {
                const std::string value = tracestore::toJsonText(writtenValue(action.value));
                const auto changed = changeState(id.agent, path, value);
                if (changed)
                    return;
                m_breakpoints.setProblem(breakpoint, changed.error().message);
                complain(breakpointText(breakpoint) + ": " + changed.error().message, id.toText());
            }
            // It was no stop: what waited for the edit goes on.
            for (const Gate::Pending& pending : m_world.gate.pending()) {
                const auto step = m_steps.find(pending.effect.id);
                if (pending.effect.id != id || step == m_steps.end() || step->second.isStop
                    || m_isStopped)
                    continue;
                step->second.isJudged = true;
                letGo(pending);
            }
        },
        Qt::QueuedConnection);
}

void DebugControl::fork(const ForkAction& action, const Moment& moment, BreakpointId breakpoint)
{
    const std::string where = moment.point.id.toText();
    const std::string name = action.name.empty() ? moment.name : action.name;
    m_world.log.record(moment.point.id.agent,
                       effectText(moment.point),
                       factAt(moment.point, "fork", name, {{"breakpoint", breakpoint}}));
    m_world.fork(name, [this, where, breakpoint](const tracestore::Result<std::string>& file) {
        if (file) {
            emit told({DebugLine::Kind::Note, "What happened so far is in " + *file + '.', where});
            return;
        }
        m_breakpoints.setProblem(breakpoint, file.error().message);
        complain(breakpointText(breakpoint) + ": " + file.error().message, where);
    });
}

std::string
DebugControl::filled(const std::string& text, const Moment& moment, BreakpointId breakpoint)
{
    auto known = m_templates.find(text);
    if (known == m_templates.end()) {
        auto parsed = TextTemplate::parse(text);
        if (!parsed) {
            m_breakpoints.setProblem(breakpoint, parsed.error().message);
            return text;
        }
        known = m_templates.emplace(text, std::move(*parsed)).first;
    }
    if (moment.point.state != nullptr || !known->second.asksFor(tracestore::FieldId::State))
        return known->second.fill(*subjectOf(moment.point));
    Moment whole = moment;
    takeState(whole);
    return known->second.fill(*subjectOf(whole.point));
}

} // namespace engine
