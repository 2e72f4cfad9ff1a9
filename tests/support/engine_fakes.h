#pragma once

#include "engine/run/gate.h"

#include <map>
#include <vector>

namespace tests {

/// A clock that moves on by a microsecond with each look at it.
class StepClock : public tracestore::Clock
{
public:
    [[nodiscard]] tracestore::Timestamp now() const override { return {m_ns += 1000}; }

    [[nodiscard]] tracestore::Duration steady() const override { return {m_ns += 1000}; }

private:
    mutable std::int64_t m_ns = 1'700'000'000'000'000'000;
};

/// Keeps the events of a run.
class EventList : public engine::RunObserver
{
public:
    void onEvent(const engine::RunEventPtr& event) override { events.push_back(event); }

    void onDelta(const engine::EffectId& effect, const engine::ChatDelta& delta) override
    {
        deltas[effect.toText()] += delta.text;
    }

    /// `type agent effect` of each event, as far as there.
    [[nodiscard]] std::vector<std::string> lines() const
    {
        std::vector<std::string> lines;
        for (const auto& event : events) {
            std::string line(tracestore::typeWord(event->fact));
            if (!event->effect.empty())
                line += ' ' + event->effect;
            lines.push_back(line);
        }
        return lines;
    }

    /// The facts of one type in order.
    template<class Fact>
    [[nodiscard]] std::vector<Fact> facts() const
    {
        std::vector<Fact> facts;
        for (const auto& event : events) {
            if (const auto* fact = std::get_if<Fact>(&event->fact))
                facts.push_back(*fact);
        }
        return facts;
    }

    std::vector<engine::RunEventPtr> events;
    std::map<std::string, std::string> deltas;
};

/// A source whose effects end when the test says so.
class HandSource : public engine::OutcomeSource
{
public:
    [[nodiscard]] std::unique_ptr<engine::RunningEffect>
    start(const engine::Effect& effect, engine::EffectHandlers handlers) override
    {
        started.push_back(effect);
        m_open[effect.id.toText()] = std::move(handlers);
        return std::make_unique<Running>(*this, effect.id.toText());
    }

    /// Whether it was running.
    bool end(const std::string& effect, engine::Outcome outcome)
    {
        const auto found = m_open.find(effect);
        if (found == m_open.end())
            return false;
        const auto handlers = std::move(found->second);
        m_open.erase(found);
        handlers.done(std::move(outcome));
        return true;
    }

    bool endOk(const std::string& effect, const std::string& text)
    {
        engine::Outcome outcome;
        outcome.text = text;
        return end(effect, std::move(outcome));
    }

    void tellDelta(const std::string& effect, const std::string& text)
    {
        m_open.at(effect).delta({.text = text});
    }

    [[nodiscard]] bool isRunning(const std::string& effect) const
    {
        return m_open.contains(effect);
    }

    std::vector<engine::Effect> started;

private:
    class Running : public engine::RunningEffect
    {
    public:
        Running(HandSource& source, std::string id)
            : m_source(source)
            , m_id(std::move(id))
        { }

        void cancel() override
        {
            m_source.end(m_id,
                         engine::failedOutcome(
                             engine::OutcomeStatus::Cancelled, "cancelled", "It was stopped."));
        }

    private:
        HandSource& m_source;
        std::string m_id;
    };

    std::map<std::string, engine::EffectHandlers> m_open;
};

inline engine::Effect toolEffect(const std::string& agent,
                                 std::uint32_t ordinal,
                                 const std::string& tool,
                                 const std::string& arguments,
                                 engine::EffectClass effectClass = engine::EffectClass::Reads)
{
    return {.id = {agent, 1, ordinal, 1},
            .effectClass = effectClass,
            .request = engine::ToolCall {"call" + std::to_string(ordinal), tool, arguments}};
}

} // namespace tests
