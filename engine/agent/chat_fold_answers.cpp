// What a ChatFold makes of outcomes: answers of models, results of calls, summaries, hand-offs.
#include "engine/agent/chat_fold.h"
#include "engine/agent/model_calls.h"
#include "engine/agent/planning/context_compression.h"
#include "engine/agent/planning/token_estimate.h"
#include "engine/agent/prompt_assembly.h"
#include "engine/agent/text_protocol.h"
#include "engine/effect/decision.h"

#include <utility>

namespace engine {

using tracestore::Message;
using tracestore::Role;

namespace {

    constexpr std::uint32_t kMaxCorrections = 3;
    /// A compression that failed or was not enough is tried again when so much more is there.
    constexpr double kCompressAgain = 1.25;

    bool wasCutOff(const std::string& finishReason)
    {
        return finishReason == "length" || finishReason == "max_tokens"
            || finishReason == "incomplete";
    }

} // namespace

void ChatFold::takeModel(const Outcome& outcome, AgentStep& step)
{
    if (!outcome.isOk() || !outcome.response) {
        if (m_state.partial.empty())
            m_state.partial = outcome.text;
        const OutcomeStatus status = outcome.isOk() ? OutcomeStatus::Error : outcome.status;
        return finishDegraded(status, "The model gave no answer. " + resultText(outcome), step);
    }
    takeUsage(outcome);
    Message message = outcome.response->message;
    message.role = Role::Assistant;
    if (isText())
        takeTextAnswer(std::move(message), step);
    else
        takeNativeAnswer(std::move(message), outcome, step);
}

void ChatFold::takeNativeAnswer(Message message, const Outcome& outcome, AgentStep& step)
{
    std::vector<PendingCall> calls = callsOf(message, m_state.turn);
    const std::string text = tracestore::plainText(message);
    if (!text.empty())
        m_state.partial = text;
    append(std::move(message));
    if (isStoppedEarly(text, calls.empty(), step))
        return;
    if (!calls.empty()) {
        m_state.corrections = 0;
        return takeCalls(std::move(calls), step);
    }
    if (text.empty())
        return correct("Your answer was empty. Answer the user, or call a tool.", step);
    const bool isCut = wasCutOff(outcome.response->finishReason);
    finish({OutcomeStatus::Ok, text, isCut ? "The answer was cut off at its longest." : ""}, step);
}

void ChatFold::takeTextAnswer(Message message, AgentStep& step)
{
    const std::string text = tracestore::plainText(message);
    const TextProtocolAnswer answer = parseTextProtocol(text);
    if (answer.usedLength < text.size())
        step.decisions.push_back(
            policyDecision("text_protocol",
                           "cut",
                           "The model went on as if it had the result already; that is left out.",
                           {{"kept", answer.usedLength}, {"of", text.size()}}));
    append(textMessage(Role::Assistant, text.substr(0, answer.usedLength)));
    if (answer.finalAnswer || !text.empty())
        m_state.partial
            = answer.finalAnswer.value_or(answer.thought.empty() ? text : answer.thought);
    if (isStoppedEarly(
            answer.finalAnswer.value_or(answer.thought), answer.finalAnswer.has_value(), step))
        return;
    if (!answer.problem.empty())
        return correct(textProtocolCorrection(answer.problem), step);
    m_state.corrections = 0;
    if (answer.finalAnswer)
        return finish({OutcomeStatus::Ok, *answer.finalAnswer, {}}, step);
    const std::string callId = "call-" + std::to_string(m_state.turn);
    takeCalls({PendingCall {callId, answer.action, answer.actionInput, {}, false}}, step);
}

void ChatFold::correct(const std::string& correction, AgentStep& step)
{
    ++m_state.corrections;
    if (m_state.corrections > kMaxCorrections)
        return finishDegraded(OutcomeStatus::Error,
                              "The model did not keep to the form of answers, also after "
                                  + std::to_string(kMaxCorrections) + " corrections.",
                              step);
    step.decisions.push_back(
        policyDecision("correction",
                       "correct",
                       "The model is told that its answer has not the form "
                       "that was agreed.",
                       {{"correction", m_state.corrections}, {"most", kMaxCorrections}}));
    append(textMessage(Role::User, correction));
    askModel(step);
}

bool ChatFold::isStoppedEarly(const std::string& text, bool isAnswer, AgentStep& step)
{
    auto decision = m_earlyStop.judge(text);
    if (decision && decision->action == EarlyStop::kNotJudged) {
        step.decisions.push_back(std::move(*decision));
        decision.reset();
    }
    const bool isDoubt = decision && decision->action == EarlyStop::kDoubt;
    m_state.doubts = isDoubt ? m_state.doubts + 1 : 0;
    // Doubt is a good reason to look something up: it ends the work only where looking did not
    // help.
    const bool isLookingUp = isDoubt && !isAnswer && m_state.doubts < EarlyStop::kMaxDoubts;
    if (!decision || isLookingUp)
        return false;
    std::string reason = decision->reason;
    step.decisions.push_back(std::move(*decision));
    finish({OutcomeStatus::Ok, text, std::move(reason)}, step);
    return true;
}

void ChatFold::takeCalls(std::vector<PendingCall> calls, AgentStep& step)
{
    m_state.pending = std::move(calls);
    const PendingCall* handOff = nullptr;
    for (PendingCall& call : m_state.pending) {
        std::string problem = m_setup.special.problemOf(call);
        if (!problem.empty()) {
            call.answer = std::move(problem);
            call.isError = true;
        } else if (handOff == nullptr && !m_setup.special.handOffTo(call.tool).empty()) {
            handOff = &call;
        }
    }
    if (handOff != nullptr) {
        for (PendingCall& call : m_state.pending) {
            if (&call == handOff || call.answer)
                continue;
            call.answer = "It was not done: the conversation was handed off in the same answer.";
            call.isError = true;
        }
        m_state.handedTo = m_setup.special.handOffTo(handOff->tool);
        m_state.phase = Phase::HandedOff;
        return;
    }
    m_state.phase = Phase::Acting;
    if (wants().empty())
        takeResults({}, step);
}

void ChatFold::takeResults(const std::vector<Outcome>& outcomes, AgentStep& step)
{
    bool isStopped = false;
    std::size_t next = 0;
    const std::vector<PendingCall> calls = std::exchange(m_state.pending, {});
    const std::uint32_t warnings = m_state.warnings;
    for (const PendingCall& call : calls) {
        const Outcome* const outcome = call.answer ? nullptr : &outcomes.at(next++);
        const std::string text = outcome == nullptr ? *call.answer : resultText(*outcome);
        const bool isError = outcome == nullptr ? call.isError : !outcome->isOk();
        appendResult(call, text, isError);
        isStopped |= isLoop(LoopGuard::remember(call, text, isError), warnings, step);
    }
    if (isStopped)
        return finishDegraded(OutcomeStatus::Refused, step.decisions.back().reason, step);
    if (m_state.warnings > warnings)
        append(textMessage(Role::User, LoopGuard::advice()));
    askModel(step);
}

/// Whether the call ends the run. A loop that was told in this very turn does not: the model has
/// not heard of it yet.
bool ChatFold::isLoop(const RememberedCall& call, std::uint32_t warnings, AgentStep& step)
{
    m_state.calls.add(call);
    auto decision = m_loopGuard.add(call, warnings);
    if (!decision || m_state.warnings > warnings)
        return false;
    ++m_state.warnings;
    step.decisions.push_back(std::move(*decision));
    return warnings > 0;
}

void ChatFold::takeSummary(const Outcome& outcome, AgentStep& step)
{
    const CompressionRange range {m_state.promptLength + 1, m_state.keepFrom};
    const std::string summary = outcome.isOk() && outcome.response
        ? tracestore::plainText(outcome.response->message)
        : "";
    if (summary.empty()) {
        step.decisions.push_back(policyDecision(
            "compression",
            "keep",
            "There is no summary: the conversation stays whole. " + resultText(outcome),
            {{"tokens", tokens()}}));
    } else {
        const tracestore::MessageChain before = m_state.messages;
        m_state.messages = withSummary(before, range, summary);
        const std::int64_t size
            = std::max<std::int64_t>(1, std::exchange(m_size, estimateTokens(m_state.messages)));
        // What the estimate missed went with the messages, as far as they did.
        m_state.uncounted
            = static_cast<std::int64_t>(static_cast<double>(m_state.uncounted)
                                        * static_cast<double>(m_size) / static_cast<double>(size));
        step.decisions.push_back(compressionDecision(before, range, m_state.messages));
    }
    m_state.keepFrom = 0;
    const auto again = static_cast<std::int64_t>(static_cast<double>(tokens()) * kCompressAgain);
    m_state.compressFrom = again;
    askModel(step);
}

void ChatFold::takeHandOff(const Outcome& outcome, AgentStep& step)
{
    const std::string text = resultText(outcome);
    const std::vector<PendingCall> calls = std::exchange(m_state.pending, {});
    for (const PendingCall& call : calls) {
        if (call.answer)
            appendResult(call, *call.answer, call.isError);
        else if (outcome.isOk())
            appendResult(call, m_state.handedTo + " has the conversation.", false);
        else
            appendResult(call, text, true);
    }
    if (outcome.isOk()) {
        Message answer = textMessage(Role::Assistant, outcome.text);
        answer.name = m_state.handedTo;
        append(std::move(answer));
        return finish({OutcomeStatus::Ok, outcome.text, {}}, step);
    }
    if (calls.empty())
        append(textMessage(Role::User,
                           m_state.handedTo + " could not answer, you have the conversation again. "
                               + text));
    step.decisions.push_back(policyDecision("hand_off",
                                            "take_back",
                                            m_state.handedTo + " could not go on.",
                                            {{"worker", m_state.handedTo}}));
    m_state.handedTo.clear();
    askModel(step);
}

} // namespace engine
