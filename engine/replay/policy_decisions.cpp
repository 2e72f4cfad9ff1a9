// What the user of a replay decides about steps that wait for him.
#include "engine/effect/decision.h"
#include "engine/replay/policy_waiting.h"
#include "engine/replay/replay_facts.h"
#include "engine/replay/replay_question.h"
#include "engine/run/effect_facts.h"
#include "engine/run/step_form.h"
#include "tracestore/base/json_io.h"

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    /// A text, or JSON in the form of an outcome.
    Result<Outcome> answeredOutcome(const EffectRequest& request, const std::string& text)
    {
        Outcome like;
        like.origin = OutcomeOrigin::User;
        if (std::holds_alternative<ModelCall>(request))
            like.response = ChatResponse {.message = {.role = tracestore::Role::Assistant,
                                                      .parts = {tracestore::TextPart {text}}},
                                          .finishReason = "stop"};
        else
            like.text = text;
        const auto form = tracestore::parseJson(text);
        const bool isForm = form && form->is_object()
            && (form->contains("message") || form->contains("result") || form->contains("error"));
        if (!isForm)
            return like;
        auto outcome = outcomeOfForm(*form, like);
        if (outcome)
            outcome->origin = OutcomeOrigin::User;
        return outcome;
    }

    json normaliserJson(const Normaliser& normaliser)
    {
        return {{"name", normaliser.name},
                {"path", normaliser.path},
                {"pattern", normaliser.pattern},
                {"replacement", normaliser.replacement}};
    }

} // namespace

void PolicySource::ask(Waiting& waiting, ReplayQuestion::Cause cause)
{
    ReplayQuestion question
        = makeReplayQuestion(waiting.effect, cause, m_outcomes.nearest(waiting.effect));
    const auto known
        = std::ranges::find(m_status.questions, question.effect, &ReplayQuestion::effect);
    if (known != m_status.questions.end())
        *known = std::move(question);
    else
        m_status.questions.push_back(std::move(question));
    emit changed();
}

void PolicySource::endQuestion(const std::string& effect)
{
    const auto count = std::erase_if(m_status.questions, [&](const ReplayQuestion& question) {
        return question.effect == effect;
    });
    if (count > 0)
        emit changed();
}

/// Into the log of the new run: who reads it later knows what it is made of.
void PolicySource::note(const Effect& effect, ReplayChoice choice, json details)
{
    details["kind"] = toWord(kindOf(effect.request));
    details["name"] = wanted(effect).name;
    m_world.log.record(effect.id.agent,
                       effect.id.withAttempt(0).toText(),
                       policyDecision(kReplayPolicy,
                                      toWord(choice),
                                      "The user decided about step " + effect.id.toText() + '.',
                                      details));
}

Result<void> PolicySource::decide(const ReplayDecision& decision)
{
    Waiting* waiting = waitingOf(decision.effect);
    const auto question
        = std::ranges::find(m_status.questions, decision.effect, &ReplayQuestion::effect);
    if (waiting == nullptr || question == m_status.questions.end())
        return fail(ErrorCode::NotFound,
                    "Nothing is asked about step " + decision.effect + ", or not any more.");
    if (std::ranges::find(question->choices, decision.choice) == question->choices.end())
        return fail(ErrorCode::Invalid,
                    "That cannot be chosen for step " + decision.effect + ": "
                        + std::string(toWord(decision.choice)) + '.');
    switch (decision.choice) {
    case ReplayChoice::UseRecorded:
        return useRecorded(*waiting);
    case ReplayChoice::TreatAsEqual:
        return treatAsEqual(*waiting, decision);
    case ReplayChoice::LiveOnce:
        note(waiting->effect, decision.choice, json::object());
        goLive(*waiting);
        return {};
    case ReplayChoice::LiveFromHere:
        return liveFromHere(*waiting);
    case ReplayChoice::Answer:
        return answerWith(*waiting, decision.text);
    case ReplayChoice::Fork:
        emit forkWanted(decision.effect, decision.text);
        return {};
    case ReplayChoice::Stop:
        emit stopWanted();
        return {};
    }
    return {};
}

Result<void> PolicySource::useRecorded(Waiting& waiting)
{
    RecordedStep* nearest = m_outcomes.nearest(waiting.effect);
    if (nearest == nullptr || nearest->ended == nullptr)
        return fail(ErrorCode::NotFound, "No outcome of it is recorded.");
    note(waiting.effect, ReplayChoice::UseRecorded, {{"event", nearest->wantedEvent}});
    giveRecorded(waiting, *nearest);
    return {};
}

Result<void> PolicySource::treatAsEqual(Waiting& waiting, const ReplayDecision& decision)
{
    const auto question
        = std::ranges::find(m_status.questions, waiting.name(), &ReplayQuestion::effect);
    const Normaliser normaliser = decision.normaliser.value_or(question->suggestion);
    std::vector<Normaliser> all = m_status.policy.normalisers;
    all.push_back(normaliser);
    if (auto set = m_outcomes.setNormalisers(all); !set)
        return set;
    if (m_outcomes.find(waiting.effect) == nullptr) {
        const auto back = m_outcomes.setNormalisers(m_status.policy.normalisers);
        return fail(ErrorCode::Invalid,
                    std::string("With this normaliser the step still differs from the recording. "
                                "Widen its path or its pattern.")
                        + (back ? "" : back.error().message));
    }
    m_status.policy.normalisers = std::move(all);
    note(waiting.effect, ReplayChoice::TreatAsEqual, normaliserJson(normaliser));
    settleAgain();
    return {};
}

Result<void> PolicySource::liveFromHere(Waiting& waiting)
{
    m_status.isLiveFromHere = true;
    note(waiting.effect, ReplayChoice::LiveFromHere, json::object());
    if (mayGoLive(waiting.effect)) // whatever the policy says of it
        goLive(waiting);
    settleAgain();
    return {};
}

Result<void> PolicySource::answerWith(Waiting& waiting, const std::string& text)
{
    auto outcome = answeredOutcome(waiting.effect.request, text);
    if (!outcome)
        return fail(std::move(outcome).error());
    ++m_status.answered;
    note(waiting.effect, ReplayChoice::Answer, json::object());
    give(waiting, std::move(*outcome));
    return {};
}

/// Something holds now that did not when these were asked.
void PolicySource::settleAgain()
{
    std::vector<std::string> asked;
    for (const ReplayQuestion& question : m_status.questions) {
        if (question.cause != ReplayQuestion::Cause::Asked)
            asked.push_back(question.effect);
    }
    for (const std::string& effect : asked) {
        if (Waiting* waiting = waitingOf(effect))
            settle(*waiting);
    }
    emit changed();
}

} // namespace engine
