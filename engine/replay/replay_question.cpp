#include "engine/replay/replay_question.h"

#include "engine/replay/json_difference.h"
#include "engine/replay/replay_divergence.h"
#include "engine/replay/volatile_text.h"
#include "engine/run/effect_facts.h"
#include "engine/run/step_form.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

using nlohmann::json;

namespace {

    using Cause = ReplayQuestion::Cause;

    /// What going outside would do, where that is more than asking.
    std::string warningOf(const ReplayQuestion& question)
    {
        if (!reachesOutside(question.effectClass))
            return {};
        return " Live, " + question.name
            + (question.effectClass == EffectClass::Writes ? " writes." : " reaches outside.");
    }

    std::string textOf(const ReplayQuestion& question)
    {
        const std::string step = std::string(toWord(question.kind)) + ' ' + question.name
            + " (step " + question.effect + ')';
        switch (question.cause) {
        case Cause::Diverged:
            return step + " is not asked for what it was in event "
                + std::to_string(question.recordedEvent) + " of the recording."
                + warningOf(question);
        case Cause::NotRecorded:
            return "The recording has no outcome of " + step + '.' + warningOf(question);
        case Cause::Asked:
            break;
        }
        return "The policy asks where the outcome of " + step + " comes from."
            + warningOf(question);
    }

    std::vector<ReplayChoice> choicesOf(const ReplayQuestion& question)
    {
        std::vector<ReplayChoice> choices;
        if (!question.recordedOutcome.empty())
            choices.push_back(ReplayChoice::UseRecorded);
        if (!question.recordedOutcome.empty() && !question.path.empty())
            choices.push_back(ReplayChoice::TreatAsEqual);
        choices.insert(choices.end(),
                       {ReplayChoice::LiveOnce,
                        ReplayChoice::LiveFromHere,
                        ReplayChoice::Answer,
                        ReplayChoice::Fork,
                        ReplayChoice::Stop});
        if (reachesOutside(question.effectClass))
            std::erase(choices, ReplayChoice::LiveFromHere);
        return choices;
    }

    void addRecorded(ReplayQuestion& question, const Effect& effect, const RecordedStep& recorded)
    {
        const json now = formOf(effect.request);
        const json then = formOf(requestOf(*recorded.wanted, effect.request));
        question.recordedEvent = recorded.wantedEvent;
        question.recorded = tracestore::toJsonText(then);
        if (recorded.ended != nullptr)
            question.recordedOutcome
                = tracestore::toJsonText(formOf(outcomeOf(*recorded.ended, recorded.end)));
        const auto difference = firstDifference(then, now);
        if (!difference)
            return;
        const WordDifference words = wordDifference(difference->recorded, difference->now);
        question.path = difference->path;
        question.recordedWords = words.recorded;
        question.nowWords = words.now;
        question.suggestion = suggestedNormaliser(
            question.name, difference->path, difference->recorded, difference->now);
    }

} // namespace

std::string_view toWord(ReplayChoice choice)
{
    switch (choice) {
    case ReplayChoice::UseRecorded:
        return "use_recorded";
    case ReplayChoice::TreatAsEqual:
        return "treat_as_equal";
    case ReplayChoice::LiveOnce:
        return "live_once";
    case ReplayChoice::LiveFromHere:
        return "live_from_here";
    case ReplayChoice::Answer:
        return "answer";
    case ReplayChoice::Fork:
        return "fork";
    case ReplayChoice::Stop:
        break;
    }
    return "stop";
}

std::string_view toWord(ReplayQuestion::Cause cause)
{
    switch (cause) {
    case Cause::Diverged:
        return "diverged";
    case Cause::NotRecorded:
        return "not_recorded";
    case Cause::Asked:
        break;
    }
    return "asked";
}

ReplayQuestion
makeReplayQuestion(const Effect& effect, ReplayQuestion::Cause cause, const RecordedStep* recorded)
{
    ReplayQuestion question;
    question.effect = effect.id.toText();
    question.cause = cause;
    question.kind = kindOf(effect.request);
    question.name = wanted(effect).name;
    question.effectClass = effect.effectClass;
    question.now = tracestore::toJsonText(formOf(effect.request));
    if (recorded != nullptr)
        addRecorded(question, effect, *recorded);
    question.choices = choicesOf(question);
    question.text = textOf(question);
    return question;
}

} // namespace engine
