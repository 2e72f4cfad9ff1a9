#include "engine/tool/composite_tool.h"

#include "engine/tool/argument_map.h"
#include "engine/tool/ending_tool.h"
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

    /// It stands in the names of effects, which are taken apart at other characters.
    bool isPlainName(const std::string& id)
    {
        return !id.empty()
            && id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789_-")
            == std::string::npos;
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
        if (!isPlainName(step.id))
            return fail(ErrorCode::Invalid,
                        where + ".id: expected letters, digits, `_` and `-`, not `" + step.id
                            + '`');
        step.arguments = form.value("arguments", json::object());
        if (!step.arguments.is_object())
            return fail(ErrorCode::Invalid, where + ".arguments: expected an object");
        return step;
    }

    /// One run through the steps.
    class CompositeCall : public EndingTool
    {
    public:
        CompositeCall(std::shared_ptr<const CompositePlan> plan,
                      const NestedCall& nestedCall,
                      const ToolCall& call,
                      ToolHandlers handlers)
            : EndingTool(std::move(handlers))
            , m_plan(std::move(plan))
            , m_nestedCall(nestedCall)
            , m_callId(call.callId)
        {
            auto input = tracestore::parseJson(call.arguments);
            m_document = {{"input", input ? std::move(*input) : json::object()},
                          {"steps", json::object()}};
            next();
        }

        void cancel() override
        {
            m_isCancelled = true;
            if (m_part)
                m_part->cancel();
            else
                EndingTool::cancel();
        }

    private:
        [[nodiscard]] const CompositePlan::Step& step() const { return m_plan->steps[m_at]; }

        void next()
        {
            auto arguments = mapped(step().arguments, m_document);
            if (!arguments)
                return end(toolError("composite",
                                     "Step `" + step().id + "`: " + arguments.error().message));
            tellProgress(step().id);
            ToolHandlers handlers {.progress
                                   = [this](const std::string& text) { tellProgress(text); },
                                   .done = [this](Outcome outcome) { onDone(std::move(outcome)); }};
            m_part = m_nestedCall(
                {m_callId + '/' + step().id, step().tool, tracestore::toJsonText(*arguments)},
                std::move(handlers));
        }

        void onDone(Outcome outcome)
        {
            if (m_isCancelled)
                return end(cancelledOutcome(std::move(outcome.text)));
            if (!outcome.isOk()) {
                if (outcome.error)
                    outcome.error->message = "Step `" + step().id + "`: " + outcome.error->message;
                return end(std::move(outcome));
            }
            auto value = tracestore::parseJson(outcome.text);
            m_document["steps"][step().id] = value ? std::move(*value) : json(outcome.text);
            if (++m_at < m_plan->steps.size())
                return next();
            finish(std::move(outcome.text));
        }

        void finish(std::string last)
        {
            if (!m_plan->result)
                return end(textOutcome(std::move(last)));
            const auto result = mapped(*m_plan->result, m_document);
            if (!result)
                return end(toolError("composite", "The result: " + result.error().message));
            end(textOutcome(result->is_string() ? result->get<std::string>()
                                                : tracestore::toJsonText(*result)));
        }

        std::shared_ptr<const CompositePlan> m_plan;
        const NestedCall& m_nestedCall;
        std::string m_callId;
        json m_document;
        std::size_t m_at = 0;
        bool m_isCancelled = false;
        std::unique_ptr<RunningTool> m_part;
    };

    class CompositeTool : public Tool
    {
    public:
        CompositeTool(ToolInfo info, CompositePlan plan, NestedCall nestedCall)
            : m_info(std::move(info))
            , m_plan(std::make_shared<const CompositePlan>(std::move(plan)))
            , m_nestedCall(std::move(nestedCall))
        { }

        [[nodiscard]] const ToolInfo& info() const override { return m_info; }

        std::unique_ptr<RunningTool> start(const ToolCall& call, ToolHandlers handlers) override
        {
            return std::make_unique<CompositeCall>(m_plan, m_nestedCall, call, std::move(handlers));
        }

    private:
        ToolInfo m_info;
        std::shared_ptr<const CompositePlan> m_plan;
        NestedCall m_nestedCall;
    };

} // namespace

Result<CompositePlan> compositePlan(const json& options)
{
    CompositePlan plan;
    const json input = options.value("input", json {{"type", "object"}});
    plan.inputSchema = tracestore::toJsonText(input);
    if (auto schema = JsonSchema::parse(plan.inputSchema); !schema)
        return fail(std::move(schema).error().in("input"));
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
            return fail(ErrorCode::Invalid, "steps: there are two with the id `" + step->id + '`');
        plan.steps.push_back(std::move(*step));
    }
    if (const auto result = options.find("result"); result != options.end())
        plan.result = *result;
    return plan;
}

std::unique_ptr<Tool> makeComposite(ToolInfo info, CompositePlan plan, NestedCall nestedCall)
{
    return std::make_unique<CompositeTool>(std::move(info), std::move(plan), std::move(nestedCall));
}

} // namespace engine
