#include "tracestore/import/claude_code/claude_code_titles.h"

#include <optional>

namespace tracestore {
namespace {

    /// What stands between `<tag>` and `</tag>`.
    std::optional<std::string_view> tagged(std::string_view text, std::string_view tag)
    {
        const std::string open = '<' + std::string(tag) + '>';
        const std::size_t start = text.find(open);
        if (start == std::string_view::npos)
            return std::nullopt;
        const std::string_view rest = text.substr(start + open.size());
        return trimmed(rest.substr(0, rest.find("</" + std::string(tag) + '>')));
    }

    /// The text behind the tagged blocks that the program puts before what the user wrote.
    std::string_view withoutReminders(std::string_view text)
    {
        for (std::string_view rest = trimmed(text);; rest = trimmed(rest)) {
            const bool isReminder = rest.starts_with("<system-reminder>")
                || rest.starts_with("<ide_") || rest.starts_with("<local-command-caveat>");
            if (!isReminder)
                return rest;
            const std::string close = "</" + std::string(rest.substr(1, rest.find('>') - 1)) + '>';
            const std::size_t end = rest.find(close);
            if (end == std::string_view::npos)
                return {};
            rest.remove_prefix(end + close.size());
        }
    }

} // namespace

UserText classifyUserText(std::string_view text)
{
    const std::string_view own = withoutReminders(text);
    if (own.empty())
        return UserText::Injected;
    if (own.starts_with("[Request interrupted by user"))
        return UserText::Interrupted;
    if (own.starts_with("<local-command-stdout>") || own.starts_with("<local-command-stderr>")
        || own.starts_with("<bash-stdout>") || own.starts_with("<bash-stderr>"))
        return UserText::CommandOutput;
    if (own.starts_with("<task-notification>"))
        return UserText::Notification;
    return UserText::Prompt;
}

std::string titleOf(std::string_view text)
{
    const std::string_view own = withoutReminders(text);
    if (own.starts_with("<command-")) {
        if (const auto name = tagged(own, "command-name")) {
            const std::string_view arguments = tagged(own, "command-args").value_or("");
            return shortened(std::string(*name) + (arguments.empty() ? "" : " ")
                             + std::string(arguments));
        }
    }
    if (const auto command
        = own.starts_with("<bash-input>") ? tagged(own, "bash-input") : std::nullopt)
        return shortened("! " + std::string(*command));
    const UserText sort = classifyUserText(own);
    if (sort == UserText::CommandOutput)
        return "output of a command";
    if (sort == UserText::Notification)
        return shortened("task notification: " + std::string(tagged(own, "summary").value_or("")));
    return shortened(own.empty() ? text : own);
}

} // namespace tracestore
