#include "tracestore/import/swe_agent/task_title.h"

#include "tracestore/import/chat/chat_message.h"

#include <array>

namespace tracestore {
namespace {

    /// Behind these begins what people wrote.
    constexpr std::array<std::string_view, 3> kOpenings {"<pr_description>", "<issue>", "ISSUE:"};

    std::string_view trimmed(std::string_view line)
    {
        constexpr std::string_view kBlank = " \t\r";
        const std::size_t first = line.find_first_not_of(kBlank);
        if (first == std::string_view::npos)
            return {};
        return line.substr(first, line.find_last_not_of(kBlank) - first + 1);
    }

    /// Tags, paths and lines that only announce the next.
    bool isWrapping(std::string_view line)
    {
        return line.empty() || (line.starts_with('<') && line.ends_with('>'))
            || line.starts_with('/') || line.ends_with(':') || line.starts_with("```");
    }

} // namespace

std::string taskTitle(std::string_view prompt)
{
    constexpr std::string_view kAnnouncement = "Please solve this issue:";
    std::string_view text = prompt;
    for (const std::string_view opening : kOpenings) {
        const std::size_t at = prompt.find(opening);
        if (at == std::string_view::npos)
            continue;
        text = prompt.substr(at + opening.size());
        break;
    }
    if (text.starts_with(kAnnouncement))
        text.remove_prefix(kAnnouncement.size());
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = trimmed(text.substr(0, end));
        if (!isWrapping(line))
            return titleLine(line);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return titleLine(prompt);
}

} // namespace tracestore
