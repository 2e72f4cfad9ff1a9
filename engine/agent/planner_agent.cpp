#include "engine/agent/planner_agent.h"

#include "engine/agent/model_calls.h"
#include "engine/agent/planning/budget_guard.h"
#include "engine/agent/planning/context_compression.h"
#include "engine/agent/planning/loop_guard.h"
#include "engine/agent/prompt_assembly.h"
#include "engine/effect/decision.h"
#include "tracestore/base/json_io.h"

#include <algorithm>
#include <array>

namespace engine {

using nlohmann::json;
using tracestore::quoteJson;
using tracestore::Role;

namespace {

    constexpr std::uint32_t kMaxPlanCorrections = 3;
    constexpr std::uint32_t kMaxRevisions = 3;
    constexpr std::array kPlannerPhases {
        "idle", "planning", "executing", "revising", "synthesising"};
    constexpr const char* kPlanForm
        = "Write the plan as one JSON object and nothing else: "
          R"({"steps": [{"id": "1", "description": "what is to be done", "needs": []}, )"
          R"({"id": "2", "description": "...", "needs": ["1"]}]}. )"
          "`needs` names the steps whose results a step needs; steps that need nothing of each "
          "other are done at the same time. A task that needs no work has no steps.";

} // namespace

PlannerAgent::PlannerAgent(std::shared_ptr<const AgentConfig> config,
                           std::vector<ToolDefinition> tools)
    : m_config(std::move(config))
    , m_tools(std::move(tools))
    , m_routing(m_config->policies.routes)
{ }

AgentStep PlannerAgent::apply(const AgentEvent& event)
{
    AgentStep step;
    std::visit([&](const auto& given) { take(given, step); }, event);
    if (!step.result)
        step.wants = wants();
    return step;
}

AgentState PlannerAgent::state() const
{
    AgentState state;
    state.members
        = {{"phase", quoteJson(kPlannerPhases.at(static_cast<std::size_t>(m_state.phase)))},
           {"prompt_length", std::to_string(m_state.promptLength)},
           {"input", quoteJson(m_state.input)},
           {"turn", std::to_string(m_state.turn)},
           {"corrections", std::to_string(m_state.corrections)},
           {"revisions", std::to_string(m_state.revisions)},
           {"route", std::to_string(m_state.route)},
           {"spent", tracestore::toJsonText(toJson(m_state.spent))},
           {"reason", quoteJson(m_state.reason)}};
    if (m_state.result)
        state.members["result"] = tracestore::toJsonText(toJson(*m_state.result));
    auto& plan = state.lists["plan"];
    for (const json& planStep : m_state.plan.toJson())
        plan.push_back(std::make_shared<const std::string>(tracestore::toJsonText(planStep)));
    state.conversations = {{"messages", m_state.messages}, {"request", m_state.request}};
    return state;
}

tracestore::Result<void> PlannerAgent::restore(const json& value)
{
    State state;
    StateReader reader(value);
    reader.readWord("phase", state.phase, kPlannerPhases);
    reader.read("messages", state.messages);
    reader.read("prompt_length", state.promptLength);
    reader.read("request", state.request);
    reader.read("input", state.input);
    reader.read("turn", state.turn);
    reader.read("corrections", state.corrections);
    reader.read("revisions", state.revisions);
    reader.read("route", state.route);
    reader.readList("plan", state.plan.steps, Plan::readStep);
    reader.read("spent", state.spent);
    reader.read("reason", state.reason);
    reader.read("result", state.result);
    const auto isRunning
        = [](const PlanStep& step) { return step.status == PlanStep::Status::Running; };
    const auto& steps = state.plan.steps;
    if ((state.phase == Phase::Executing) != std::any_of(steps.begin(), steps.end(), isRunning))
        reader.refuse("plan");
    if (const auto checked = reader.finished(); !checked)
        return checked;
    m_state = std::move(state);
    return {};
}

void PlannerAgent::take(const AgentInput& input, AgentStep& step)
{
    // The work on an input that was stopped is given up with its plan; the conversation goes on.
    State next;
    next.messages = m_state.messages;
    next.promptLength = m_state.promptLength;
    if (next.messages.isEmpty()) {
        next.messages = promptOf(*m_config, {});
        next.promptLength = next.messages.size();
    }
    next.messages = next.messages.with(textMessage(Role::User, input.text));
    next.input = input.text;
    next.spent.begin = input.time;
    m_state = std::move(next);
    ask(Phase::Planning, planInstruction(), step);
}

void PlannerAgent::take(const TurnAnswered& answered, AgentStep& step)
{
    const std::vector<EffectRequest> wanted = wants();
    if (m_state.phase == Phase::Idle || answered.outcomes.size() != wanted.size())
        return finishDegraded(OutcomeStatus::Error,
                              "There are " + std::to_string(answered.outcomes.size())
                                  + " outcomes for " + std::to_string(wanted.size()) + " wants.",
                              step);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        m_state.spent.add(answered.outcomes[i], kindOf(wanted[i]) == EffectKind::Model);
    if (m_state.phase == Phase::Executing)
        return takeResults(answered.outcomes, step);
    const Outcome& outcome = answered.outcomes[0];
    if (!outcome.isOk() || !outcome.response)
        return finishDegraded(outcome.isOk() ? OutcomeStatus::Error : outcome.status,
                              "The model gave no answer. " + resultText(outcome),
                              step);
    if (m_state.phase == Phase::Synthesising)
        return takeAnswer(outcome, step);
    takePlan(outcome, step);
}

void PlannerAgent::take(const StateEdited& edited, AgentStep& step)
{
    // An edit that makes no sense changes nothing; it is refused where it is made, by restore().
    static_cast<void>(restore(edited.state));
    if (m_state.phase == Phase::Idle)
        step.result = m_state.result.value_or(AgentResult {});
}

void PlannerAgent::takePlan(const Outcome& outcome, AgentStep& step)
{
    const bool isRevision = m_state.phase == Phase::Revising;
    const std::string text = tracestore::plainText(outcome.response->message);
    auto plan = Plan::read(text, m_state.plan, workers());
    if (plan) {
        m_state.plan = std::move(*plan);
        m_state.corrections = 0;
        step.decisions.push_back(
            policyDecision("plan",
                           isRevision ? "revise" : "make",
                           "The plan has " + std::to_string(m_state.plan.steps.size()) + " steps.",
                           {{"steps", m_state.plan.toJson()}}));
        return goOn(step);
    }
    if (++m_state.corrections > kMaxPlanCorrections)
        return finishDegraded(OutcomeStatus::Error,
                              "The model wrote no plan that can be read. " + plan.error().message,
                              step);
    step.decisions.push_back(policyDecision(
        "plan", "reject", plan.error().message, {{"correction", m_state.corrections}}));
    const tracestore::MessageChain before
        = m_state.request.with(textMessage(Role::Assistant, text));
    ask(m_state.phase, "This is no plan. " + plan.error().message + ' ' + kPlanForm, step);
    // The correction follows on what the model wrote, not on the conversation.
    if (m_state.phase == Phase::Planning || m_state.phase == Phase::Revising)
        m_state.request = before.with(m_state.request.last());
}

void PlannerAgent::takeResults(const std::vector<Outcome>& outcomes, AgentStep& step)
{
    std::size_t next = 0;
    for (PlanStep& planStep : m_state.plan.steps) {
        if (planStep.status != PlanStep::Status::Running)
            continue;
        const Outcome& outcome = outcomes.at(next++);
        planStep.status = outcome.isOk() ? PlanStep::Status::Done : PlanStep::Status::Failed;
        planStep.result = resultText(outcome);
    }
    goOn(step);
}

void PlannerAgent::goOn(AgentStep& step)
{
    if (m_state.plan.hasFailed())
        return revise(step);
    const std::vector<std::size_t> ready = m_state.plan.ready();
    if (ready.empty())
        return ask(Phase::Synthesising,
                   "The work is done. The results of the steps:\n\n" + m_state.plan.report()
                       + "Answer the user from them.",
                   step);
    if (isStopped(step))
        return;
    for (const std::size_t i : ready)
        m_state.plan.steps[i].status = PlanStep::Status::Running;
    ++m_state.turn;
    m_state.phase = Phase::Executing;
}

void PlannerAgent::revise(AgentStep& step)
{
    if (++m_state.revisions > kMaxRevisions) {
        m_state.reason = "Steps failed, also after " + std::to_string(kMaxRevisions)
            + " revisions of the plan.";
        step.decisions.push_back(
            policyDecision("plan", "give_up", m_state.reason, {{"revisions", kMaxRevisions}}));
        return ask(Phase::Synthesising,
                   "Not all of the work could be done. The steps and what came of them:\n\n"
                       + m_state.plan.report()
                       + "Answer the user as far as they allow, and say what is missing and why.",
                   step);
    }
    ask(Phase::Revising,
        "A step of the plan failed. The steps so far:\n\n" + m_state.plan.report()
            + "Write the plan for what is left, with new ids; steps that are done stay done and "
              "may "
              "be needed by their ids. "
            + kPlanForm,
        step);
}

void PlannerAgent::takeAnswer(const Outcome& outcome, AgentStep& step)
{
    const std::string answer = tracestore::plainText(outcome.response->message);
    if (answer.empty())
        return finishDegraded(OutcomeStatus::Error, "The model's answer was empty.", step);
    const bool isWhole = m_state.reason.empty();
    finish({isWhole ? OutcomeStatus::Ok : OutcomeStatus::Error, answer, m_state.reason}, step);
}

bool PlannerAgent::isStopped(AgentStep& step)
{
    auto decision = overBudget(m_config->budget, m_state.spent);
    if (!decision)
        decision = LoopGuard(m_config->policies.loopGuard).judgeTurn(m_state.turn + 1);
    if (!decision)
        return false;
    std::string reason = decision->reason;
    step.decisions.push_back(std::move(*decision));
    finishDegraded(OutcomeStatus::Refused, std::move(reason), step);
    return true;
}

void PlannerAgent::ask(Phase phase, const std::string& instruction, AgentStep& step)
{
    if (isStopped(step))
        return;
    ++m_state.turn;
    const auto choice = m_routing.choose({m_state.input, m_state.turn, m_tools.size()});
    if (auto decision = m_routing.decision(choice))
        step.decisions.push_back(std::move(*decision));
    m_state.route = choice.route;
    m_state.request = m_state.messages.with(textMessage(Role::User, instruction));
    m_state.phase = phase;
}

void PlannerAgent::finish(AgentResult result, AgentStep& step)
{
    // What users see is what the next plan is made from.
    if (!result.answer.empty())
        m_state.messages = m_state.messages.with(textMessage(Role::Assistant, result.answer));
    m_state.request = {};
    m_state.phase = Phase::Idle;
    m_state.result = result;
    step.result = std::move(result);
}

void PlannerAgent::finishDegraded(OutcomeStatus status, std::string reason, AgentStep& step)
{
    std::string partial;
    for (PlanStep& planStep : m_state.plan.steps) {
        if (planStep.status == PlanStep::Status::Done)
            partial
                += (partial.empty() ? "" : "\n") + planStep.description + ": " + planStep.result;
        else if (planStep.status == PlanStep::Status::Running)
            planStep.status = PlanStep::Status::Waiting;
    }
    if (!partial.empty())
        step.decisions.push_back(
            policyDecision("degraded",
                           "partial",
                           "The results of the steps that were done are given in place of an "
                           "answer.",
                           {{"bytes", partial.size()}}));
    finish(degradedResult(*m_config, status, std::move(reason), partial), step);
}

std::vector<EffectRequest> PlannerAgent::wants() const
{
    std::vector<EffectRequest> wants;
    if (m_state.phase == Phase::Idle)
        return wants;
    if (m_state.phase == Phase::Executing) {
        for (const PlanStep& planStep : m_state.plan.steps) {
            if (planStep.status == PlanStep::Status::Running)
                wants.emplace_back(taskOf(planStep));
        }
        return wants;
    }
    const auto route = static_cast<std::size_t>(m_state.route);
    const bool isRouted = m_state.route >= 0 && route < m_config->policies.routes.size();
    wants.emplace_back(callOf(isRouted ? m_config->policies.routes[route].model : m_config->model,
                              m_state.request));
    return wants;
}

AgentTask PlannerAgent::taskOf(const PlanStep& planStep) const
{
    AgentTask task {planStep.id, planStep.agent.empty() ? kExecutorName : planStep.agent, {}};
    task.task = "The whole task: " + m_state.input + "\n\nYour step: " + planStep.description;
    for (const std::string& need : planStep.needs) {
        if (const PlanStep* const needed = m_state.plan.find(need))
            task.task += "\n\nResult of step " + need + " (" + needed->description + "):\n"
                + needed->result;
    }
    return task;
}

std::string PlannerAgent::planInstruction() const
{
    std::string text = "Plan how to do what the user asks; others do the steps. ";
    if (!m_tools.empty()) {
        text += "They have these tools:\n";
        for (const ToolDefinition& tool : m_tools)
            text += "- " + tool.name + ": " + tool.description + '\n';
    }
    if (!m_config->agents.empty()) {
        text += "A step can name in `agent` who does it:\n";
        for (const AgentConfig& worker : m_config->agents)
            text += "- " + worker.name + ": " + worker.description + '\n';
    }
    return text + kPlanForm;
}

std::set<std::string> PlannerAgent::workers() const
{
    std::set<std::string> names {kExecutorName};
    for (const AgentConfig& worker : m_config->agents)
        names.insert(worker.name);
    return names;
}

} // namespace engine
