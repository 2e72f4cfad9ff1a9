#pragma once

#include "engine/debug/call_stack.h"
#include "engine/debug/debug_order.h"

#include <optional>

namespace engine {

/// Knows where a step order ends. What the modes mean is told in README.md. One thread.
class Stepper
{
public:
    /// Outlives this.
    explicit Stepper(const CallStack& stack)
        : m_stack(stack)
    { }

    /// Goes from a held step, or from a moment of an agent (turn 0).
    void begin(StepMode mode, const EffectId& from, EffectKind kind);

    void stop() { m_order.reset(); }

    [[nodiscard]] bool isOn() const { return m_order.has_value(); }

    /// Whether a step that is held along goes with the one that is stepped from.
    [[nodiscard]] bool letsGo(const EffectId& held) const;

    /// Whether the order ends before this step, which has come just now.
    [[nodiscard]] bool stopsAt(const EffectId& effect, EffectKind kind) const;

    /// Whether the end of a call is the end of what is stepped over, so that a held sibling counts.
    [[nodiscard]] bool endsWith(const EffectId& call) const;

    /// Whether a held step is such a sibling of the call that ended.
    [[nodiscard]] bool isSibling(const EffectId& held, const EffectId& ended) const;

private:
    struct Order
    {
        StepMode mode = StepMode::Over;
        EffectId from;
        EffectId call; ///< the same without its attempt
        EffectId caller; ///< the call that is left by Out; turn 0: there is none
        std::uint32_t turn = 0; ///< of the agent then
    };

    [[nodiscard]] EffectId callerOf(const EffectId& id) const;
    [[nodiscard]] bool isOfAgent(const EffectId& effect) const;
    [[nodiscard]] std::string agentAtWork(std::string path) const;

    const CallStack& m_stack;
    std::optional<Order> m_order;
};

} // namespace engine
