#pragma once

#include <cstddef>
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

constexpr std::size_t kMaxTitle = 120;

/// The first line of a text, shortened to at most `bytes` at a character.
std::string shortened(std::string_view text, std::size_t bytes = kMaxTitle);

/// The text cut at a character to at most `bytes`, with its line feeds.
std::string_view cutAtCharacter(std::string_view text, std::size_t bytes);

} // namespace tracestore
