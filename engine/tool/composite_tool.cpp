#include "engine/tool/composite_tool.h"

#include "engine/tool/argument_map.h"
#include "engine/tool/ending_tool.h"
#include "engine/tool/rollback.h"
#include "tracestore/base/json_io.h"

#include <utility>

namespace engine {

using nlohmann::json;
using tracestore::Result;

namespace {

    json valueOf(const std::string& text)
    {
        auto value = tracestore::parseJson(text);
        return value ? std::move(*value) : json(text);
    }

    /// One run through the steps.
    class CompositeCall : public EndingTool
    {
    public:
        CompositeCall(std::shared_ptr<const CompositePlan> plan,
                      const CompositeWorld& world,
                      const ToolCall& call,
                      ToolHandlers handlers)
            : EndingTool(std::move(handlers))
            , m_plan(std::move(plan))
            , m_world(world)
            , m_callId(call.callId)
        {
            auto input = tracestore::parseJson(call.arguments);
            m_document = {{"input", input ? std::move(*input) : json::object()},
                          {"steps", json::object()}};
            m_parts.reserve(m_plan->steps.size());
            startParts(m_plan->isParallel ? m_plan->steps.size() : 1);
        }

        void cancel() override
        {
            m_isCancelled = true;
            if (m_rollback || hasEnded())
                return; // what was done is being taken back: that is how it stops
            for (const Part& part : m_parts) {
                if (part.running && !part.outcome)
                    part.running->cancel();
            }
        }

    private:
        struct Part
        {
            ToolCall call;
            std::unique_ptr<RunningTool> running;
            std::optional<Outcome> outcome;
        };

        [[nodiscard]] const CompositePlan::Step& step(std::size_t i) const
        {
            return m_plan->steps[i];
        }

        /// Starts so many more steps; none where the arguments of one cannot be made.
        void startParts(std::size_t count)
        {
            const std::size_t first = m_parts.size();
            for (std::size_t i = first; i < first + count; ++i) {
                auto arguments = mapped(step(i).arguments, m_document);
                if (!arguments) {
                    m_parts.resize(first);
                    return fail(toolError(
                        "composite", "Step `" + step(i).id + "`: " + arguments.error().message));
                }
                m_parts.push_back({.call = {m_callId + '/' + step(i).id,
                                            step(i).tool,
                                            tracestore::toJsonText(*arguments)}});
            }
            m_open = count;
            for (std::size_t i = first; i < first + count; ++i) {
                tellProgress(step(i).id);
                ToolHandlers handlers {
                    .progress = [this](const std::string& text) { tellProgress(text); },
                    .done = [this, i](Outcome outcome) { onDone(i, std::move(outcome)); }};
                m_parts[i].running = m_world.nestedCall(m_parts[i].call, std::move(handlers));
            }
        }

        void onDone(std::size_t i, Outcome outcome)
        {
            if (outcome.isOk())
                m_document["steps"][step(i).id] = valueOf(outcome.text);
            m_parts[i].outcome = std::move(outcome);
            if (--m_open > 0)
                return;
            for (std::size_t part = 0; part < m_parts.size(); ++part) {
                if (!m_parts[part].outcome->isOk())
                    return fail(failureOf(part));
            }
            if (m_isCancelled)
                fail(cancelledOutcome(m_parts.back().outcome->text));
            else if (m_parts.size() < m_plan->steps.size())
                startParts(1);
            else
                finish();
        }

        [[nodiscard]] Outcome failureOf(std::size_t i) const
        {
            Outcome outcome = *m_parts[i].outcome;
            if (m_isCancelled)
                return cancelledOutcome(std::move(outcome.text));
            if (outcome.error)
                outcome.error->message = "Step `" + step(i).id + "`: " + outcome.error->message;
            return outcome;
        }

        void finish()
        {
            if (!m_plan->result)
                return end(textOutcome(m_parts.back().outcome->text));
            const auto result = mapped(*m_plan->result, m_document);
            if (!result)
                return fail(toolError("composite", "The result: " + result.error().message));
            end(textOutcome(result->is_string() ? result->get<std::string>()
                                                : tracestore::toJsonText(*result)));
        }

        void fail(Outcome outcome)
        {
            if (!m_plan->isAllOrNothing)
                return end(std::move(outcome));
            m_failure = std::move(outcome);
            m_rollback = std::make_unique<Rollback>(
                undoPlan(finishedCalls()),
                m_world.nestedCall,
                [this](const RollbackReport& report) { onTakenBack(report); });
            m_rollback->start();
        }

        [[nodiscard]] std::vector<FinishedCall> finishedCalls() const
        {
            std::vector<FinishedCall> finished;
            for (std::size_t i = 0; i < m_parts.size(); ++i) {
                const Part& part = m_parts[i];
                const ToolInfo* info = m_world.infoOf(part.call.tool);
                FinishedCall call {.name = step(i).id,
                                   .call = part.call,
                                   .effectClass = info ? info->effectClass : EffectClass::Outside,
                                   .outcome = *part.outcome,
                                   .undo = step(i).undo,
                                   .document = m_document};
                if (call.undo.tool.empty() && info) {
                    call.undo = info->undo;
                    call.document = {{"input", valueOf(part.call.arguments)}};
                    if (part.outcome->isOk())
                        call.document["result"] = valueOf(part.outcome->text);
                }
                finished.push_back(std::move(call));
            }
            return finished;
        }

        void onTakenBack(const RollbackReport& report)
        {
            Outcome outcome = std::move(m_failure);
            outcome.text = report.text();
            if (!report.left.empty() && outcome.error) {
                outcome.error->type = kNotUndone;
                outcome.error->message += "\nNot everything could be taken back.";
            }
            end(std::move(outcome));
        }

        std::shared_ptr<const CompositePlan> m_plan;
        const CompositeWorld& m_world;
        std::string m_callId;
        json m_document;
        std::vector<Part> m_parts; ///< those that were started, in the order of the steps
        std::size_t m_open = 0; ///< that are under way
        bool m_isCancelled = false;
        Outcome m_failure;
        std::unique_ptr<Rollback> m_rollback;
    };

    class CompositeTool : public Tool
    {
    public:
        CompositeTool(ToolInfo info, CompositePlan plan, CompositeWorld world)
            : m_info(std::move(info))
            , m_plan(std::make_shared<const CompositePlan>(std::move(plan)))
            , m_world(std::move(world))
        { }

        [[nodiscard]] const ToolInfo& info() const override { return m_info; }

        std::unique_ptr<RunningTool> start(const ToolCall& call, ToolHandlers handlers) override
        {
            return std::make_unique<CompositeCall>(m_plan, m_world, call, std::move(handlers));
        }

    private:
        ToolInfo m_info;
        std::shared_ptr<const CompositePlan> m_plan;
        CompositeWorld m_world;
    };

} // namespace

std::unique_ptr<Tool> makeComposite(ToolInfo info, CompositePlan plan, CompositeWorld world)
{
    return std::make_unique<CompositeTool>(std::move(info), std::move(plan), std::move(world));
}

} // namespace engine
