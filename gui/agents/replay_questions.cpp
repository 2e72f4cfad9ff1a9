#include "gui/agents/replay_questions.h"

#include "gui/theme/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace gui {

using engine::ReplayChoice;
using engine::ReplayQuestion;

namespace {

    QString replayText(const char* text)
    {
        return QCoreApplication::translate("gui::ReplayQuestions", text);
    }

    /// Empty: it needs more than a click.
    QString choiceText(ReplayChoice choice)
    {
        switch (choice) {
        case ReplayChoice::UseRecorded:
            return replayText("Take the recorded outcome");
        case ReplayChoice::TreatAsEqual:
            return replayText("Treat both as equal");
        case ReplayChoice::LiveOnce:
            return replayText("Really do it, once");
        case ReplayChoice::LiveFromHere:
            return replayText("Go on live from here");
        case ReplayChoice::Stop:
            return replayText("Stop the run");
        case ReplayChoice::Answer:
        case ReplayChoice::Fork:
            break;
        }
        return {};
    }

    engine::RunQuestion asked(const ReplayQuestion& question)
    {
        engine::RunQuestion shown {question.effect, {}};
        shown.question.question = question.text;
        shown.question.subject = question.now;
        for (const ReplayChoice choice : question.choices) {
            if (const QString text = choiceText(choice); !text.isEmpty())
                shown.question.options.push_back(text.toStdString());
        }
        return shown;
    }

} // namespace

engine::RunStatus withReplayQuestions(const engine::RunStatus& status)
{
    engine::RunStatus all = status;
    if (status.replay) {
        for (const ReplayQuestion& question : status.replay->questions)
            all.questions.push_back(asked(question));
    }
    return all;
}

std::optional<engine::ReplayDecision>
replayDecisionOf(const engine::RunStatus& status, const std::string& effect, const QString& answer)
{
    if (!status.replay)
        return {};
    const auto& questions = status.replay->questions;
    const auto question = std::ranges::find(questions, effect, &ReplayQuestion::effect);
    if (question == questions.end())
        return {};
    const auto choice = std::ranges::find_if(
        question->choices, [&](ReplayChoice one) { return choiceText(one) == answer; });
    if (choice == question->choices.end())
        return {};
    return engine::ReplayDecision {.effect = effect, .choice = *choice};
}

} // namespace gui
