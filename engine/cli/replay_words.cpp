#include "engine/cli/replay_words.h"

#include "tracestore/base/safe_text.h"

#include <algorithm>
#include <array>

namespace engine::cli {

using tracestore::safeLine;

namespace {

    struct ChoiceWord
    {
        ReplayChoice choice;
        std::string_view key;
        std::string_view text;
    };

    constexpr std::array<ChoiceWord, 7> kChoices {{
        {ReplayChoice::UseRecorded, "r", "the recorded outcome, this once"},
        {ReplayChoice::TreatAsEqual, "e", "equal from now on (e PATTERN => REPLACEMENT: your own)"},
        {ReplayChoice::LiveOnce, "l", "live, this once"},
        {ReplayChoice::LiveFromHere, "f", "live from here on; what writes asks still"},
        {ReplayChoice::Answer, "a", "a TEXT: this is the outcome"},
        {ReplayChoice::Fork, "b", "b NAME: a branch begins here"},
        {ReplayChoice::Stop, "s", "stop"},
    }};

    bool canChoose(const ReplayQuestion& question, ReplayChoice choice)
    {
        return std::ranges::find(question.choices, choice) != question.choices.end();
    }

    std::string trimmed(const std::string& text)
    {
        const auto first = text.find_first_not_of(" \t\r\n");
        if (first == std::string::npos)
            return {};
        return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
    }

    std::string lineOf(const ChoiceWord& word, const ReplayQuestion& question)
    {
        std::string line = "  " + std::string(word.key) + "  " + std::string(word.text);
        if (word.choice == ReplayChoice::LiveOnce && reachesOutside(question.effectClass))
            line += ": " + question.name
                + (question.effectClass == EffectClass::Writes ? " writes" : " reaches outside");
        if (word.choice == ReplayChoice::TreatAsEqual)
            line += "\n     " + question.suggestion.path + ": " + question.suggestion.pattern
                + " => " + question.suggestion.replacement;
        return line;
    }

    Normaliser ownNormaliser(const ReplayQuestion& question, const std::string& text)
    {
        Normaliser normaliser = question.suggestion;
        const auto arrow = text.find("=>");
        normaliser.pattern = trimmed(text.substr(0, arrow));
        normaliser.replacement
            = arrow == std::string::npos ? "<same>" : trimmed(text.substr(arrow + 2));
        return normaliser;
    }

} // namespace

std::vector<std::string> questionLines(const ReplayQuestion& question)
{
    std::vector<std::string> lines {safeLine(question.text)};
    if (!question.path.empty()) {
        lines.push_back("  " + safeLine(question.path));
        lines.push_back("  recorded: " + safeLine(question.recordedWords));
        lines.push_back("  now:      " + safeLine(question.nowWords));
    } else if (question.recorded.empty()) {
        lines.push_back("  now:      " + safeLine(question.now));
    }
    for (const ChoiceWord& word : kChoices) {
        if (canChoose(question, word.choice))
            lines.push_back(tracestore::safeText(lineOf(word, question)));
    }
    return lines;
}

std::optional<ReplayDecision> decisionOf(const std::string& line, const ReplayQuestion& question)
{
    const std::string text = trimmed(line);
    const auto blank = text.find(' ');
    const std::string word = text.substr(0, blank);
    const std::string rest = blank == std::string::npos ? "" : trimmed(text.substr(blank));
    const auto* const choice = std::ranges::find_if(kChoices, [&](const ChoiceWord& each) {
        return each.key == word || toWord(each.choice) == word;
    });
    if (choice == kChoices.end() || !canChoose(question, choice->choice))
        return {};
    ReplayDecision decision {.effect = question.effect, .choice = choice->choice};
    if (choice->choice == ReplayChoice::TreatAsEqual && !rest.empty())
        decision.normaliser = ownNormaliser(question, rest);
    else
        decision.text = rest;
    return decision;
}

} // namespace engine::cli
