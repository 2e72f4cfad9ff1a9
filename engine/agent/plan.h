#pragma once

#include "engine/agent/state_reader.h"

#include <set>

namespace engine {

struct PlanStep
{
    enum class Status : std::uint8_t
    {
        Waiting,
        Running,
        Done,
        Failed
    };

    std::string id;
    std::string description;
    std::vector<std::string> needs; ///< ids of the steps whose results it needs
    std::string agent; ///< who does it; empty: the executor
    Status status = Status::Waiting;
    std::string result; ///< or why it failed
};

/// A plan: steps that wait for each other in no circle.
struct Plan
{
    std::vector<PlanStep> steps;

    /// Reads what a model wrote: a JSON object with `steps`, alone, in a code block or amid text.
    /// Steps that are done in `before` are taken over, their ids may not be used again. Invalid:
    /// what to tell the model.
    static tracestore::Result<Plan>
    read(std::string_view text, const Plan& before, const std::set<std::string>& workers);

    /// Indexes of the steps that wait and whose needs are done.
    [[nodiscard]] std::vector<std::size_t> ready() const;

    [[nodiscard]] bool hasFailed() const;
    [[nodiscard]] const PlanStep* find(const std::string& id) const;

    /// The plan with results, as text for a model.
    [[nodiscard]] std::string report() const;

    [[nodiscard]] nlohmann::json toJson() const;
    static void readStep(StateReader& reader, PlanStep& step);
};

} // namespace engine
