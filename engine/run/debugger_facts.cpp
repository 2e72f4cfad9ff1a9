#include "engine/run/debugger_facts.h"

#include "engine/effect/decision.h"

#include <nlohmann/json.hpp>

namespace engine {

std::string nameOf(const EffectRequest& request)
{
    struct Names
    {
        std::string operator()(const ModelCall& call) const
        {
            return call.target.model.empty() ? call.request.model : call.target.model;
        }

        std::string operator()(const ToolCall& call) const { return call.tool; }

        std::string operator()(const UserQuestion& question) const
        {
            return question.isApproval ? "approval" : "question";
        }

        std::string operator()(const AgentTask& task) const { return task.agent; }

        std::string operator()(const TimerWait&) const { return "wait"; }
    };

    return std::visit(Names {}, request);
}

tracestore::DecisionMade
debuggerFact(std::string_view action, std::string reason, const Effect& effect)
{
    return debuggerFact(action, std::move(reason), effect, nlohmann::json::object());
}

tracestore::DecisionMade debuggerFact(std::string_view action,
                                      std::string reason,
                                      const Effect& effect,
                                      nlohmann::json details)
{
    details["kind"] = tracestore::toWord(kindOf(effect.request));
    details["name"] = nameOf(effect.request);
    return policyDecision(kDebuggerPolicy, action, std::move(reason), details);
}

} // namespace engine
