#include "engine/breakpoint/breakpoint.h"

#include <algorithm>
#include <cctype>

namespace engine {
namespace {

    std::string lowered(std::string_view text)
    {
        std::string lower(text);
        std::ranges::transform(lower, lower.begin(), [](unsigned char letter) {
            return static_cast<char>(std::tolower(letter));
        });
        return lower;
    }

    std::string hitText(const HitRule& rule)
    {
        const std::string number = std::to_string(rule.number);
        switch (rule.kind) {
        case HitRule::Kind::Equal:
            return ", hit " + number;
        case HitRule::Kind::AtLeast:
            return ", from hit " + number;
        case HitRule::Kind::Every:
            return ", every " + number + " hits";
        case HitRule::Kind::Always:
            break;
        }
        return {};
    }

} // namespace

bool HitRule::accepts(std::uint64_t hit) const
{
    switch (kind) {
    case Kind::Equal:
        return hit == number;
    case Kind::AtLeast:
        return hit >= number;
    case Kind::Every:
        return number == 0 || hit % number == 0;
    case Kind::Always:
        break;
    }
    return true;
}

bool Breakpoint::pauses() const
{
    return actions.empty() || std::ranges::any_of(actions, [](const BreakpointAction& action) {
               return std::holds_alternative<PauseAction>(action);
           });
}

std::string Breakpoint::toText() const
{
    std::string text = lowered(infoOf(kind).label);
    for (const std::string* name : {&scope.tool, &scope.model}) {
        if (!name->empty())
            text += ' ' + *name;
    }
    if (!scope.agent.empty())
        text += " of " + scope.agent;
    if (!changed.empty())
        text += kind == StopKind::StateChange ? ' ' + changed : ", " + changed + " changes";
    if (!condition.empty())
        text += " if " + condition;
    return text + hitText(hits);
}

} // namespace engine
