#include "engine/agent/chat_fold.h"

#include "engine/agent/model_calls.h"
#include "engine/agent/planning/budget_guard.h"
#include "engine/agent/planning/context_compression.h"
#include "engine/agent/planning/token_estimate.h"
#include "engine/agent/prompt_assembly.h"
#include "engine/agent/state_reader.h"
#include "engine/effect/decision.h"
#include "tracestore/base/json_io.h"

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::DecisionMade;
using tracestore::Message;
using tracestore::Role;

namespace {

    constexpr std::size_t kMaxResultInPartial = 400;

} // namespace

ChatFold::ChatFold(ChatSetup setup)
    : m_setup(std::move(setup))
    , m_earlyStop(m_setup.config->policies.earlyStop)
    , m_routing(m_setup.config->policies.routes)
    , m_loopGuard(m_setup.config->policies.loopGuard)
{
    const std::set<std::string> special = m_setup.special.names();
    std::erase_if(m_setup.tools,
                  [&](const ToolDefinition& tool) { return special.contains(tool.name); });
    const auto& added = m_setup.special.definitions();
    m_setup.tools.insert(m_setup.tools.end(), added.begin(), added.end());
}

AgentStep ChatFold::apply(const AgentEvent& event)
{
    AgentStep step;
    std::visit([&](const auto& given) { take(given, step); }, event);
    if (!step.result)
        step.wants = wants();
    return step;
}

tracestore::Result<void> ChatFold::restore(const json& state)
{
    auto restored = ChatState::fromJson(state);
    if (!restored)
        return tracestore::fail(std::move(restored).error());
    m_state = std::move(*restored);
    m_size = estimateTokens(m_state.messages);
    m_loopGuard.setCalls(m_state.calls.list());
    return {};
}

void ChatFold::take(const AgentInput& input, AgentStep& step)
{
    // The work on an input that was stopped is given up; the conversation goes on.
    closeOpenCalls("It was stopped.");
    if (m_state.messages.isEmpty()) {
        m_state.messages = promptOf(*m_setup.config, m_setup.tools);
        m_state.promptLength = m_state.messages.size();
        m_size = estimateTokens(m_state.messages);
    }
    m_state.input = input.text;
    m_state.turn = 0;
    m_state.corrections = 0;
    m_state.warnings = 0;
    m_state.doubts = 0;
    m_state.pending.clear();
    m_state.keepFrom = 0;
    m_state.spent = {};
    m_state.spent.begin = input.time;
    m_state.calls = {};
    m_state.partial.clear();
    m_state.result.reset();
    m_loopGuard.setCalls({});
    append(textMessage(Role::User, input.text));
    if (m_state.handedTo.empty())
        askModel(step);
    else
        m_state.phase = Phase::HandedOff;
}

void ChatFold::take(const TurnAnswered& answered, AgentStep& step)
{
    const std::vector<EffectRequest> wanted = wants();
    if (m_state.phase == Phase::Idle || answered.outcomes.size() != wanted.size()) {
        finishDegraded(OutcomeStatus::Error,
                       "There are " + std::to_string(answered.outcomes.size()) + " outcomes for "
                           + std::to_string(wanted.size()) + " wants.",
                       step);
        return;
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const EffectKind kind = kindOf(wanted[i]);
        m_state.spent.add(answered.outcomes[i],
                          kind == EffectKind::Model || kind == EffectKind::Tool);
    }
    switch (m_state.phase) {
    case Phase::Asking:
        return takeModel(answered.outcomes[0], step);
    case Phase::Summarising:
        return takeSummary(answered.outcomes[0], step);
    case Phase::HandedOff:
        return takeHandOff(answered.outcomes[0], step);
    default:
        return takeResults(answered.outcomes, step);
    }
}

void ChatFold::take(const StateEdited& edited, AgentStep& step)
{
    // An edit that makes no sense changes nothing; it is refused where it is made, by restore().
    static_cast<void>(restore(edited.state));
    if (m_state.phase == Phase::Idle)
        step.result = m_state.result.value_or(AgentResult {});
}

void ChatFold::askModel(AgentStep& step)
{
    const AgentConfig& config = *m_setup.config;
    if (auto decision = overBudget(config.budget, m_state.spent))
        return stop(std::move(*decision), step);
    if (auto decision = m_loopGuard.judgeTurn(m_state.turn + 1))
        return stop(std::move(*decision), step);
    if (beginCompression(step))
        return;
    ++m_state.turn;
    ToolSelection selection = toolsToOffer();
    // Told where it changes: a choice that stays the same is no news.
    if (selection.decision && selection.names != m_state.offered)
        step.decisions.push_back(std::move(*selection.decision));
    m_state.offered = std::move(selection.names);
    const auto choice = m_routing.choose({m_state.input, m_state.turn, m_state.offered.size()});
    if (auto decision = m_routing.decision(choice))
        step.decisions.push_back(std::move(*decision));
    m_state.route = choice.route;
    m_state.phase = Phase::Asking;
}

ToolSelection ChatFold::toolsToOffer() const
{
    const auto most = m_setup.config->policies.offeredTools;
    std::set<std::string> always;
    if (most) {
        always = m_setup.special.names();
        for (const RememberedCall& call : m_state.calls.list())
            always.insert(call.tool);
    }
    return selectTools(m_setup.tools, m_state.input, most.value_or(m_setup.tools.size()), always);
}

bool ChatFold::beginCompression(AgentStep& step)
{
    const CompressionConfig& config = m_setup.config->policies.compression;
    const std::int64_t from = std::max(config.fromTokens, m_state.compressFrom);
    if (!config.isOn || tokens() < from)
        return false;
    const auto range = compressionRange(m_state.messages, m_state.promptLength, config.keepLast);
    if (!range)
        return false;
    m_state.keepFrom = range->to;
    m_state.phase = Phase::Summarising;
    step.decisions.push_back(policyDecision("compression",
                                            "summarise",
                                            "The conversation takes about "
                                                + std::to_string(tokens())
                                                + " tokens: a summary is asked for.",
                                            {{"tokens", tokens()},
                                             {"estimated", m_size},
                                             {"threshold", from},
                                             {"from", range->from},
                                             {"to", range->to}}));
    return true;
}

void ChatFold::takeUsage(const Outcome& outcome)
{
    const auto& usage = outcome.response->usage;
    if (!usage || usage->state != tracestore::UsageState::Reported)
        return; // another's estimate is no better than ours
    if (const auto counted = usage->inputTotal())
        m_state.uncounted = std::clamp<std::int64_t>(*counted, 0, StateReader::kMostDifference / 2)
            - std::min(m_size, StateReader::kMostDifference / 2);
}

std::int64_t ChatFold::tokens() const
{
    return std::max<std::int64_t>(0, m_size + m_state.uncounted);
}

void ChatFold::finish(AgentResult result, AgentStep& step)
{
    closeOpenCalls("It was not done: the answer was complete.");
    m_state.phase = Phase::Idle;
    m_state.pending.clear();
    m_state.result = result;
    step.result = std::move(result);
}

void ChatFold::stop(DecisionMade decision, AgentStep& step)
{
    std::string reason = decision.reason;
    step.decisions.push_back(std::move(decision));
    finishDegraded(OutcomeStatus::Refused, std::move(reason), step);
}

void ChatFold::finishDegraded(OutcomeStatus status, std::string reason, AgentStep& step)
{
    const std::string partial = partialAnswer();
    if (!partial.empty())
        step.decisions.push_back(
            policyDecision("degraded",
                           "partial",
                           "What there is of an answer is given in place of a whole one.",
                           {{"bytes", partial.size()}, {"from_results", m_state.partial.empty()}}));
    finish(degradedResult(*m_setup.config, status, std::move(reason), partial), step);
}

std::string ChatFold::partialAnswer() const
{
    if (!m_state.partial.empty())
        return m_state.partial;
    std::string results;
    for (const RememberedCall& call : m_state.calls.list()) {
        if (!call.isError && !call.result.empty())
            results += (results.empty() ? "" : "\n") + call.tool + ": "
                + tracestore::toValidUtf8(call.result.substr(0, kMaxResultInPartial));
    }
    return results;
}

void ChatFold::append(Message message)
{
    m_size += estimateTokens(message);
    m_state.messages = m_state.messages.with(std::move(message));
}

void ChatFold::appendResult(const PendingCall& call, const std::string& text, bool isError)
{
    if (isText())
        return append(
            textMessage(Role::User, (isError ? "Observation: Error: " : "Observation: ") + text));
    Message message;
    message.role = Role::Tool;
    message.name = call.tool;
    message.parts.emplace_back(tracestore::ToolResultPart {call.callId, text, isError});
    append(std::move(message));
}

/// A conversation that goes on needs a result for each call: providers refuse it otherwise.
void ChatFold::closeOpenCalls(const std::string& why)
{
    if (m_state.messages.isEmpty() || isText())
        return;
    Message last = m_state.messages.last();
    if (last.role != Role::Assistant)
        return;
    for (const PendingCall& call : callsOf(last, m_state.turn))
        appendResult(call, why, true);
}

std::vector<EffectRequest> ChatFold::wants() const
{
    std::vector<EffectRequest> wants;
    switch (m_state.phase) {
    case Phase::Idle:
        break;
    case Phase::Asking:
        wants.emplace_back(modelCall());
        break;
    case Phase::Summarising:
        wants.emplace_back(summaryCall());
        break;
    case Phase::HandedOff:
        wants.emplace_back(handOffTask());
        break;
    case Phase::Acting:
        for (const PendingCall& call : m_state.pending) {
            if (!call.answer)
                wants.push_back(m_setup.special.request(call));
        }
        break;
    }
    return wants;
}

ModelCall ChatFold::modelCall() const
{
    const AgentConfig& config = *m_setup.config;
    const auto route = static_cast<std::size_t>(m_state.route);
    const bool isRouted = m_state.route >= 0 && route < config.policies.routes.size();
    ModelCall call
        = callOf(isRouted ? config.policies.routes[route].model : config.model, m_state.messages);
    if (isText())
        return call;
    for (const ToolDefinition& tool : m_setup.tools) {
        if (std::find(m_state.offered.begin(), m_state.offered.end(), tool.name)
            != m_state.offered.end())
            call.request.tools.push_back(tool);
    }
    return call;
}

ModelCall ChatFold::summaryCall() const
{
    const CompressionRange range {m_state.promptLength + 1, m_state.keepFrom};
    return callOf(m_setup.config->model, summaryRequest(m_state.messages, range));
}

AgentTask ChatFold::handOffTask() const
{
    AgentTask task;
    task.agent = m_state.handedTo;
    for (const PendingCall& call : m_state.pending) {
        if (call.answer)
            continue;
        task.callId = call.callId;
        task.task = SpecialCalls::taskOf(call) + "\n\n";
    }
    task.task += "The conversation so far; answer what the user said last:\n"
        + conversationText(m_state.messages, m_state.promptLength);
    return task;
}

} // namespace engine
