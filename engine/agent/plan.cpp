#include "engine/agent/plan.h"

#include "tracestore/base/json_io.h"

#include <algorithm>
#include <array>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kMaxSteps = 50;
    constexpr std::size_t kMaxResultInReport = 4000;
    constexpr std::array kStepWords {"waiting", "running", "done", "failed"};

    std::string planText(const json& object, const char* name)
    {
        const auto found = object.find(name);
        if (found == object.end())
            return {};
        if (found->is_number_integer())
            return found->dump(); // models like to number their steps
        return found->is_string() ? found->get<std::string>() : std::string();
    }

    /// The object from the first brace to the last one, which passes over fences and prose.
    Result<json> objectIn(std::string_view text)
    {
        const std::size_t first = text.find('{');
        const std::size_t last = text.rfind('}');
        if (first == std::string_view::npos || last == std::string_view::npos || last < first)
            return fail(ErrorCode::Invalid, "There is no JSON object in it.");
        auto object = tracestore::parseJson(text.substr(first, last - first + 1));
        if (!object)
            return fail(ErrorCode::Invalid, "The JSON in it cannot be read.");
        return object;
    }

    Result<PlanStep> stepOf(const json& value, const std::set<std::string>& workers)
    {
        if (!value.is_object())
            return fail(ErrorCode::Invalid, "A step has to be an object.");
        PlanStep step;
        step.id = planText(value, "id");
        step.description = planText(value, "description");
        step.agent = planText(value, "agent");
        if (step.id.empty() || step.description.empty())
            return fail(ErrorCode::Invalid, "Each step needs an `id` and a `description`.");
        if (!step.agent.empty() && !workers.contains(step.agent))
            return fail(ErrorCode::Invalid, "There is no agent `" + step.agent + "`.");
        const auto needs = value.find("needs");
        if (needs == value.end() || !needs->is_array())
            return step;
        for (const json& need : *needs) {
            if (need.is_string() || need.is_number_integer())
                step.needs.push_back(need.is_string() ? need.get<std::string>() : need.dump());
        }
        return step;
    }

    std::string problemOf(const Plan& plan)
    {
        std::set<std::string> ids;
        for (const PlanStep& step : plan.steps) {
            if (!ids.insert(step.id).second)
                return "The id `" + step.id + "` is there twice.";
        }
        for (const PlanStep& step : plan.steps) {
            for (const std::string& need : step.needs) {
                if (!ids.contains(need))
                    return "Step `" + step.id + "` needs `" + need + "`, which is no step.";
            }
        }
        // Kahn's algorithm (1962): what cannot be taken away waits in a circle.
        std::set<std::string> done;
        for (bool isMoving = true; isMoving;) {
            isMoving = false;
            for (const PlanStep& step : plan.steps) {
                const bool isReady
                    = std::all_of(step.needs.begin(), step.needs.end(), [&](const auto& need) {
                          return done.contains(need);
                      });
                isMoving |= isReady && done.insert(step.id).second;
            }
        }
        return done.size() == ids.size() ? "" : "Some steps wait for each other in a circle.";
    }

} // namespace

Result<Plan>
Plan::read(std::string_view text, const Plan& before, const std::set<std::string>& workers)
{
    auto object = objectIn(text);
    if (!object)
        return fail(std::move(object).error());
    const auto steps = object->find("steps");
    if (steps == object->end() || !steps->is_array())
        return fail(ErrorCode::Invalid, "The object has no list `steps`.");
    if (steps->size() > kMaxSteps)
        return fail(ErrorCode::Invalid, "A plan has 50 steps at most.");
    Plan plan;
    std::copy_if(before.steps.begin(),
                 before.steps.end(),
                 std::back_inserter(plan.steps),
                 [](const PlanStep& step) { return step.status == PlanStep::Status::Done; });
    for (const json& value : *steps) {
        auto step = stepOf(value, workers);
        if (!step)
            return fail(std::move(step).error());
        plan.steps.push_back(std::move(*step));
    }
    if (std::string problem = problemOf(plan); !problem.empty())
        return fail(ErrorCode::Invalid, std::move(problem));
    return plan;
}

const PlanStep* Plan::find(const std::string& id) const
{
    const auto found = std::find_if(
        steps.begin(), steps.end(), [&](const PlanStep& step) { return step.id == id; });
    return found == steps.end() ? nullptr : &*found;
}

std::vector<std::size_t> Plan::ready() const
{
    std::vector<std::size_t> indexes;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool isReady
            = steps[i].status == PlanStep::Status::Waiting
            && std::all_of(steps[i].needs.begin(), steps[i].needs.end(), [&](const auto& need) {
                   const PlanStep* const needed = find(need);
                   return needed != nullptr && needed->status == PlanStep::Status::Done;
               });
        if (isReady)
            indexes.push_back(i);
    }
    return indexes;
}

bool Plan::hasFailed() const
{
    return std::any_of(steps.begin(), steps.end(), [](const PlanStep& step) {
        return step.status == PlanStep::Status::Failed;
    });
}

std::string Plan::report() const
{
    std::string text;
    for (const PlanStep& step : steps) {
        text += "Step " + step.id + " (" + kStepWords.at(static_cast<std::size_t>(step.status))
            + "): " + step.description + '\n';
        if (!step.result.empty())
            text += tracestore::toValidUtf8(step.result.substr(0, kMaxResultInReport)) + "\n";
        text += '\n';
    }
    return text;
}

json Plan::toJson() const
{
    json list = json::array();
    for (const PlanStep& step : steps) {
        list.push_back({{"id", step.id},
                        {"description", step.description},
                        {"needs", step.needs},
                        {"agent", step.agent},
                        {"status", kStepWords.at(static_cast<std::size_t>(step.status))},
                        {"result", step.result}});
    }
    return list;
}

void Plan::readStep(StateReader& reader, PlanStep& step)
{
    reader.read("id", step.id);
    reader.read("description", step.description);
    reader.read("needs", step.needs);
    reader.read("agent", step.agent);
    reader.readWord("status", step.status, kStepWords);
    reader.read("result", step.result);
}

} // namespace engine
