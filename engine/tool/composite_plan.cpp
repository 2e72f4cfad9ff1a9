#include "engine/tool/composite_plan.h"

#include "engine/tool/argument_map.h"
#include "engine/tool/json_schema.h"
#include "tracestore/base/json_io.h"

#include <set>
#include <utility>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kMostSteps = 100;

    /// It stands in the names of effects, which are taken apart at other characters; the names of
    /// undone steps are made of it.
    bool isStepName(const std::string& id)
    {
        return !id.empty() && !id.starts_with("undo-")
            && id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789_-")
            == std::string::npos;
    }

    Result<UndoConfig> undoOf(const json& form)
    {
        if (form.is_string())
            return UndoConfig {form.get<std::string>(), {}};
        const auto tool = form.is_object() ? form.find("tool") : form.end();
        if (!form.is_object() || tool == form.end() || !tool->is_string())
            return fail(ErrorCode::Invalid,
                        "expected the name of a tool, or an object with `tool` and `arguments`");
        UndoConfig undo {tool->get<std::string>(), {}};
        if (const auto arguments = form.find("arguments"); arguments != form.end()) {
            if (!arguments->is_object())
                return fail(ErrorCode::Invalid, "`arguments`: expected an object");
            undo.arguments = *arguments;
        }
        return undo;
    }

    Result<CompositePlan::Step> stepOf(const json& form, std::size_t number)
    {
        const std::string where = "steps[" + std::to_string(number) + ']';
        CompositePlan::Step step;
        if (!form.is_object() || !form.contains("tool") || !form["tool"].is_string())
            return fail(ErrorCode::Invalid,
                        where + ": expected an object with `tool`, the name of the tool to call");
        step.tool = form["tool"].get<std::string>();
        const auto id = form.find("id");
        step.id = id != form.end() && id->is_string() ? id->get<std::string>()
                                                      : std::to_string(number + 1);
        if (!isStepName(step.id))
            return fail(ErrorCode::Invalid,
                        where
                            + ".id: expected letters, digits, `_` and `-`, not beginning with "
                              "`undo-`, but it is `"
                            + step.id + '`');
        step.arguments = form.value("arguments", json::object());
        if (!step.arguments.is_object())
            return fail(ErrorCode::Invalid, where + ".arguments: expected an object");
        if (const auto written = form.find("undo"); written != form.end()) {
            auto undo = undoOf(*written);
            if (!undo)
                return fail(ErrorCode::Invalid, where + ".undo: " + undo.error().message);
            step.undo = std::move(*undo);
        }
        return step;
    }

    Result<bool> truthIn(const json& options, const char* name)
    {
        const auto found = options.find(name);
        if (found == options.end())
            return false;
        if (!found->is_boolean())
            return fail(ErrorCode::Invalid, std::string(name) + ": expected true or false");
        return found->get<bool>();
    }

    Result<void> readSteps(const json& options, CompositePlan& plan)
    {
        const auto steps = options.find("steps");
        if (steps == options.end() || !steps->is_array() || steps->empty()
            || steps->size() > kMostSteps)
            return fail(ErrorCode::Invalid, "steps: expected an array of 1 to 100 calls");
        std::set<std::string> ids;
        for (const json& form : *steps) {
            auto step = stepOf(form, plan.steps.size());
            if (!step)
                return fail(std::move(step).error());
            if (!ids.insert(step->id).second)
                return fail(ErrorCode::Invalid,
                            "steps: there are two with the id `" + step->id + '`');
            plan.steps.push_back(std::move(*step));
        }
        return {};
    }

    Result<void> readManner(const json& options, CompositePlan& plan)
    {
        const auto isParallel = truthIn(options, "parallel");
        const auto isAllOrNothing = truthIn(options, "allOrNothing");
        if (!isParallel || !isAllOrNothing)
            return fail(isParallel ? isAllOrNothing.error() : isParallel.error());
        plan.isParallel = *isParallel;
        plan.isAllOrNothing = *isAllOrNothing;
        for (const CompositePlan::Step& step : plan.steps) {
            if (plan.isParallel && takesFrom(step.arguments, "/steps"))
                return fail(ErrorCode::Invalid,
                            "steps: `" + step.id
                                + "` takes from another step, but `parallel` starts all at once");
        }
        return {};
    }

} // namespace

Result<CompositePlan> compositePlan(const json& options)
{
    CompositePlan plan;
    const json input = options.value("input", json {{"type", "object"}});
    plan.inputSchema = tracestore::toJsonText(input);
    if (auto schema = JsonSchema::parse(plan.inputSchema); !schema)
        return fail(std::move(schema).error().in("input"));
    if (auto steps = readSteps(options, plan); !steps)
        return fail(std::move(steps).error());
    if (auto manner = readManner(options, plan); !manner)
        return fail(std::move(manner).error());
    if (const auto result = options.find("result"); result != options.end())
        plan.result = *result;
    return plan;
}

} // namespace engine
