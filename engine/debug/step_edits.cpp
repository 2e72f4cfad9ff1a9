#include "engine/debug/step_edits.h"

#include "engine/run/json_place.h"
#include "engine/run/step_form.h"
#include "tracestore/base/json_io.h"

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr const char* kRequest = "request";
    constexpr const char* kOutcome = "outcome";
    constexpr const char* kAnswer = "answer";

    bool isBefore(const Gate::Pending& step)
    {
        return step.stage == Gate::Stage::HeldBefore;
    }

    /// `args` for `args.amount`, and nothing for all of it.
    std::string placeIn(const std::string& path, const char* whole)
    {
        return path == whole ? std::string() : path;
    }

    std::string textOf(const std::optional<json>& value)
    {
        return value ? tracestore::toJsonText(*value) : std::string();
    }

} // namespace

Outcome outcomeOf(const AnswerAction& answer, const EffectRequest& request)
{
    if (answer.status != OutcomeStatus::Ok) {
        Outcome failed = failedOutcome(OutcomeStatus::Error,
                                       answer.errorType.empty() ? "error" : answer.errorType,
                                       answer.text);
        failed.origin = OutcomeOrigin::User;
        return failed;
    }
    Outcome outcome;
    outcome.origin = OutcomeOrigin::User;
    if (const auto* call = std::get_if<ModelCall>(&request)) {
        ChatResponse& response = outcome.response.emplace();
        response.message.role = tracestore::Role::Assistant;
        response.message.parts.emplace_back(tracestore::TextPart {answer.text});
        response.finishReason = "stop";
        response.model = call->target.model;
    } else {
        outcome.text = answer.text;
    }
    return outcome;
}

Result<void>
StepEdits::edit(const Gate::Pending& step, const std::string& path, const std::string& value)
{
    const bool isRequest = isBefore(step);
    const char* whole = isRequest ? kRequest : kOutcome;
    json form;
    if (isRequest) {
        form = formOf(edited(step.effect).request);
    } else {
        const auto outcome = edited(step);
        if (!outcome)
            return fail(ErrorCode::Invalid, "There is no outcome yet that could be changed.");
        form = formOf(*outcome);
    }
    const std::string place = placeIn(path, whole);
    const auto before = valueOfForm(form, place);
    json after = writtenValue(value);
    if (auto set = setInForm(form, place, after); !set)
        return set;
    if (isRequest) {
        if (auto read = requestOfForm(form, step.effect.request); !read)
            return fail(std::move(read).error());
    } else if (auto read = outcomeOfForm(form, *edited(step)); !read) {
        return fail(std::move(read).error());
    }
    m_changes.push_back({{path, textOf(before), tracestore::toJsonText(after)}, {}});
    return {};
}

Result<void> StepEdits::answer(const Gate::Pending& step, Outcome outcome)
{
    if (!isBefore(step) && step.stage != Gate::Stage::HeldAfter)
        return fail(ErrorCode::Invalid, "Only a held step can be answered.");
    const auto before = edited(step);
    outcome.origin = OutcomeOrigin::User;
    const std::string text = tracestore::toJsonText(formOf(outcome));
    m_changes.push_back({{isBefore(step) ? kAnswer : kOutcome,
                          before ? tracestore::toJsonText(formOf(*before)) : std::string(),
                          text},
                         std::move(outcome)});
    return {};
}

bool StepEdits::undo()
{
    if (m_changes.empty())
        return false;
    m_changes.pop_back();
    return true;
}

std::vector<PendingEdit> StepEdits::list() const
{
    std::vector<PendingEdit> edits;
    for (const Change& change : m_changes)
        edits.push_back(change.edit);
    return edits;
}

Effect StepEdits::edited(const Effect& effect) const
{
    Effect changed = effect;
    for (const Change& change : m_changes) {
        if (change.answer)
            continue;
        auto request = editedRequest(changed.request,
                                     {change.edit.path, change.edit.before, change.edit.after});
        if (request)
            changed.request = std::move(*request);
    }
    return changed;
}

std::optional<Outcome> StepEdits::edited(const Gate::Pending& step) const
{
    std::optional<Outcome> outcome = step.outcome;
    for (const Change& change : m_changes) {
        if (change.answer) {
            outcome = change.answer;
            continue;
        }
        if (isBefore(step) || !outcome)
            continue;
        json form = formOf(*outcome);
        const bool isSet
            = setInForm(form, placeIn(change.edit.path, kOutcome), writtenValue(change.edit.after))
                  .has_value();
        auto read = outcomeOfForm(form, *outcome);
        if (isSet && read)
            outcome = std::move(*read);
    }
    return outcome;
}

Gate::Release StepEdits::release(const Gate::Pending& step) const
{
    Gate::Release release;
    if (m_changes.empty())
        return release;
    const bool isRequest = isBefore(step);
    bool hasRequest = false;
    for (const Change& change : m_changes) {
        hasRequest = hasRequest || (isRequest && !change.answer);
        if (isRequest && change.answer)
            continue; // its outcome says who gave it
        const std::string prefix = isRequest ? kRequest : kOutcome;
        const bool isWhole = change.answer || change.edit.path == prefix;
        release.edits.push_back({isWhole ? prefix : prefix + '.' + change.edit.path,
                                 change.edit.before,
                                 change.edit.after});
    }
    if (hasRequest)
        release.request = edited(step.effect).request;
    const bool isAnswered
        = m_changes.back().answer.has_value() || (!isRequest && step.outcome.has_value());
    if (isAnswered || (isRequest && edited(step)))
        release.outcome = edited(step);
    return release;
}

} // namespace engine
