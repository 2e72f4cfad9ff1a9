#include "tracestore/import/autogen/autogen_speaker.h"

#include <charconv>

namespace tracestore {
namespace {

    constexpr std::string_view kExitCode = "exitcode: ";

    /// `Orchestrator (thought)` as `Orchestrator` and `thought`.
    struct RoleParts
    {
        std::string_view speaker;
        std::string_view what;
    };

    RoleParts partsOf(std::string_view role)
    {
        const std::size_t open = role.find(" (");
        if (open == std::string_view::npos || !role.ends_with(')'))
            return {role, {}};
        return {role.substr(0, open), role.substr(open + 2, role.size() - open - 3)};
    }

} // namespace

AutogenSpeaker
autogenSpeakerOf(std::string_view role, std::string_view name, std::string_view content)
{
    constexpr std::string_view kArrow = "-> ";
    const RoleParts parts = partsOf(role);
    AutogenSpeaker speaker {.name = std::string(name.empty() ? parts.speaker : name)};
    if (exitCodeOf(content))
        speaker.kind = SpanKind::Tool;
    else if (name.empty() && (role == "human" || role == "user"))
        speaker.kind = SpanKind::Turn;
    else if (name.empty() && role == "system")
        speaker.kind = SpanKind::Message;
    else if (parts.what.starts_with(kArrow))
        speaker = {speaker.name, SpanKind::Handoff, std::string(parts.what.substr(kArrow.size()))};
    else if (parts.what == "thought")
        speaker.kind = SpanKind::Plan;
    else if (!parts.what.empty())
        speaker.kind = SpanKind::Event;
    return speaker;
}

bool isMagenticRole(std::string_view role)
{
    const RoleParts parts = partsOf(role);
    return parts.what == "thought" || parts.what.starts_with("-> ");
}

std::optional<int> exitCodeOf(std::string_view content)
{
    if (!content.starts_with(kExitCode))
        return {};
    int code = 0;
    const char* begin = content.data() + kExitCode.size();
    const auto [end, error] = std::from_chars(begin, content.data() + content.size(), code);
    return error == std::errc() && end != begin ? std::optional(code) : std::nullopt;
}

} // namespace tracestore
