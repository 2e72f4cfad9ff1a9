#pragma once

#include "engine/run/run_observer.h"
#include "engine/runtime/engine_service.h"

#include <map>
#include <set>
#include <unordered_map>

namespace engine {

/// Counts the figures of a run from its events; the same for one that is under way and for one that
/// is read from a file.
class RunFigureCounter : public RunObserver
{
public:
    void onEvent(const RunEventPtr& event) override;

    [[nodiscard]] const RunFigures& figures() const { return m_figures; }

    /// What models cost that an agent and those below it asked.
    struct Spent
    {
        tracestore::TokenUsage tokens;
        std::optional<double> cost; ///< USD
    };

    [[nodiscard]] Spent spentBelow(const std::string& agent) const;

    /// No model that was asked so far was a real one, and at least one was asked.
    [[nodiscard]] bool isScripted() const { return m_scripted > 0 && m_live == 0; }

private:
    void begin(const tracestore::RunEvent& event, const tracestore::EffectWanted& wanted);
    void end(const tracestore::RunEvent& event, const tracestore::EffectEnded& ended);
    void count(const std::string& agent, const tracestore::EffectEnded& ended);

    struct Open
    {
        tracestore::EffectKind kind;
        tracestore::Timestamp start;
    };

    RunFigures m_figures;
    std::optional<tracestore::Timestamp> m_start;
    std::unordered_map<std::string, Open> m_open;
    std::unordered_map<std::string, int> m_attempts; ///< of each call, by its name without attempt
    std::set<std::string> m_turns;
    std::map<std::string, Spent> m_spent; ///< by the agent that asked
    int m_scripted = 0;
    int m_live = 0;
};

} // namespace engine
