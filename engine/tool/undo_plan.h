#pragma once

#include "engine/config/agent_config.h"
#include "engine/effect/effect.h"

#include <nlohmann/json.hpp>

#include <span>
#include <string>
#include <vector>

namespace engine {

/// A call of an all-or-nothing group and what became of it.
struct FinishedCall
{
    std::string name; ///< in the group
    ToolCall call;
    EffectClass effectClass = EffectClass::Outside;
    Outcome outcome;
    UndoConfig undo;
    nlohmann::json document; ///< that the form of the undo's arguments is read over
};

/// What may still be there although it should have been taken back.
struct LeftDone
{
    std::string name;
    std::string reason;
};

/// How a group is taken back that did not succeed as a whole.
struct UndoPlan
{
    struct Step
    {
        std::string name; ///< of the call that is taken back
        ToolCall call;
    };

    std::vector<Step> steps; ///< to be made one after another, in this order
    std::vector<LeftDone> left; ///< what may have been done and cannot be taken back
};

/// The calls that take back what a group did, the last first. What only reads needs no undo, but
/// gets the one that is declared for it. A call that was stopped while it ran, or ran out of time,
/// or whose server went, may have done its work and is undone as well; one that failed otherwise
/// says itself that it did nothing. An undo is named
/// `<id of the group>/undo-<name>`.
UndoPlan undoPlan(std::span<const FinishedCall> group);

} // namespace engine
