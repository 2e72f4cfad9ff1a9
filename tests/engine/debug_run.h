#pragma once

#include "tests/engine/run_samples.h"

/// Runs under the debugger, for its tests.
namespace tests {

/// A run of an agent that records all that its debugger tells.
class DebugRun : public SampleRun
{
public:
    DebugRun(const json& agent, const json& script)
        : SampleRun(agent, script)
    {
        QObject::connect(session.get(), &engine::RunSession::debugLogged, [this](const auto& line) {
            lines.push_back(line);
        });
        QObject::connect(session.get(),
                         &engine::RunSession::stepInspected,
                         [this](const auto& step) { inspections.push_back(step); });
        QObject::connect(session.get(), &engine::RunSession::evaluated, [this](const auto& value) {
            evaluations.push_back(value);
        });
    }

    void start(engine::DebugStart debug = {}, const std::string& input = "Go.")
    {
        session->setDebug(debug);
        session->start(input);
    }

    void start(std::vector<engine::Breakpoint> breakpoints)
    {
        engine::DebugStart debug;
        debug.setup.breakpoints = std::move(breakpoints);
        start(debug);
    }

    void order(const engine::DebugOrder& order) { session->debug(order); }

    [[nodiscard]] const engine::DebugStatus& debug() const { return status().debug; }

    /// Waits for the next stop after number `after`. Its effect, or what happened instead.
    std::string nextStop()
    {
        const bool isThere = waitFor([this] {
            return (debug().stop && debug().stop->number > m_seen)
                || status().state == engine::RunState::Idle
                || status().state == engine::RunState::Ended;
        });
        if (!isThere)
            return "not in time";
        if (!debug().stop || debug().stop->number <= m_seen)
            return "end";
        m_seen = debug().stop->number;
        return debug().stop->effect;
    }

    std::string step(engine::StepMode mode)
    {
        order(engine::StepRun {mode, {}});
        return nextStop();
    }

    std::string goOn()
    {
        order(engine::ContinueRun {});
        return nextStop();
    }

    /// Goes on until it answers.
    bool finish()
    {
        return waitFor([this] {
            if (debug().state == engine::DebugState::Paused)
                order(engine::ContinueRun {});
            return status().state == engine::RunState::Idle;
        });
    }

    [[nodiscard]] std::optional<engine::PendingStep> pending(const std::string& effect) const
    {
        for (const engine::PendingStep& step : debug().pending) {
            if (step.effect == effect)
                return step;
        }
        return {};
    }

    /// How the step stands: `held_before`, `running` ... or `none`.
    [[nodiscard]] std::string stageOf(const std::string& effect) const
    {
        const auto step = pending(effect);
        if (!step)
            return "none";
        switch (step->stage) {
        case engine::PendingStep::Stage::HeldBefore:
            return "held_before";
        case engine::PendingStep::Stage::Running:
            return "running";
        case engine::PendingStep::Stage::HeldAfter:
            return "held_after";
        case engine::PendingStep::Stage::HeldBetween:
            return "held_between";
        }
        return {};
    }

    /// The intents of effects in order.
    [[nodiscard]] std::vector<std::string> intents() const
    {
        std::vector<std::string> names;
        for (const auto& event : events->events) {
            if (std::holds_alternative<tracestore::EffectWanted>(event->fact))
                names.push_back(event->effect);
        }
        return names;
    }

    [[nodiscard]] bool isBegun(const std::string& effect) const
    {
        const auto names = intents();
        return std::find(names.begin(), names.end(), effect) != names.end();
    }

    /// The last recorded outcome of an effect.
    [[nodiscard]] tracestore::EffectEnded outcome(const std::string& effect) const
    {
        tracestore::EffectEnded found;
        for (const auto& event : events->events) {
            const auto* ended = std::get_if<tracestore::EffectEnded>(&event->fact);
            if (ended != nullptr && event->effect == effect)
                found = *ended;
        }
        return found;
    }

    /// What the debugger noted: `hold`, `log` ...
    [[nodiscard]] std::size_t noted(const std::string& action) const
    {
        std::size_t count = 0;
        for (const auto& fact : events->facts<tracestore::DecisionMade>())
            count += fact.policy == tracestore::kDebuggerPolicy && fact.action == action ? 1 : 0;
        return count;
    }

    [[nodiscard]] std::string problems() const
    {
        std::string text;
        for (const engine::DebugLine& line : lines)
            text += line.kind == engine::DebugLine::Kind::Problem ? line.text + '\n' : "";
        return text;
    }

    std::vector<engine::DebugLine> lines;
    std::vector<engine::StepInspection> inspections;
    std::vector<engine::Evaluation> evaluations;

private:
    std::uint64_t m_seen = 0;
};

inline engine::Breakpoint breakAt(engine::StopKind kind, std::string condition = {})
{
    engine::Breakpoint breakpoint;
    breakpoint.id = 1;
    breakpoint.kind = kind;
    breakpoint.condition = std::move(condition);
    return breakpoint;
}

/// An agent whose model asks for a sum, then for two sums at once, then answers.
inline json sums()
{
    const auto call = [](const char* text) {
        return json {{"name", "calculator"}, {"arguments", {{"expression", text}}}};
    };
    return {{"version", 1},
            {"rules",
             {{{"when", {{"turn", 1}}}, {"answer", {{"calls", {call("1+1")}}}}},
              {{"when", {{"turn", 2}}}, {"answer", {{"calls", {call("2+2"), call("3+3")}}}}},
              {{"answer", {{"text", "Done: {{result}}"}}}}}}};
}

} // namespace tests
