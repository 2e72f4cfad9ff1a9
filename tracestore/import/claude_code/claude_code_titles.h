#pragma once

#include "tracestore/import/reading/short_text.h"

#include <string>
#include <string_view>

namespace tracestore {

/// What a text of the role user is. Claude Code writes much into the user's mouth: the output of
/// commands, reminders, notifications; only a prompt begins a turn.
enum class UserText
{
    Prompt,
    CommandOutput, ///< what a local command printed
    Interrupted, ///< the user stopped the agent
    Notification, ///< a task in the background reports
    Injected, ///< reminders only
};

UserText classifyUserText(std::string_view text);

/// One line for lists: the first line of a prompt that a person wrote, reminders skipped; a slash
/// command with its arguments. Never longer than kMaxTitle bytes.
std::string titleOf(std::string_view text);

} // namespace tracestore
