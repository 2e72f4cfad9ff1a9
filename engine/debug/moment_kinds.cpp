#include "engine/debug/moment_kinds.h"

#include <algorithm>
#include <cctype>

namespace engine {

std::vector<StopKind> kindsBefore(const Effect& effect)
{
    switch (kindOf(effect.request)) {
    case EffectKind::Model:
        return {StopKind::BeforeModel, StopKind::Step};
    case EffectKind::Tool:
        return {StopKind::BeforeTool, StopKind::Step};
    case EffectKind::User:
        return {StopKind::UserInput, StopKind::Step};
    case EffectKind::Agent:
        return {StopKind::HandOff, StopKind::Step};
    case EffectKind::Timer:
        break;
    }
    return {};
}

std::vector<StopKind> kindsAfter(const Effect& effect, const Outcome& outcome)
{
    std::vector<StopKind> kinds;
    const EffectKind kind = kindOf(effect.request);
    if (kind == EffectKind::Model)
        kinds.push_back(StopKind::AfterModel);
    else if (kind == EffectKind::Tool)
        kinds.push_back(StopKind::AfterTool);
    const bool mayFail = kind == EffectKind::Agent || !kinds.empty();
    if (mayFail && outcome.status == OutcomeStatus::Error)
        kinds.push_back(StopKind::Error);
    return kinds;
}

std::string placeText(StopKind kind, const std::string& name)
{
    std::string text(infoOf(kind).label);
    std::ranges::transform(text, text.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    switch (kind) {
    case StopKind::BeforeModel:
    case StopKind::AfterModel:
    case StopKind::BeforeTool:
    case StopKind::AfterTool:
        return text + ' ' + name;
    case StopKind::HandOff:
        return "before the hand-off to " + name;
    case StopKind::UserInput:
        return "before the user is asked";
    case StopKind::Step:
        return "before the step " + name;
    default:
        return "at: " + text + (name.empty() ? "" : ", " + name);
    }
}

} // namespace engine
