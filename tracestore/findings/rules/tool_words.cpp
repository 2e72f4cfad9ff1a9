#include "tracestore/findings/rules/tool_words.h"

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    template<class Words>
    bool hasAnyWord(const std::vector<std::string>& words, const Words& of)
    {
        return std::ranges::any_of(words, [&](const std::string& word) {
            return std::ranges::find(of, word) != of.end();
        });
    }

} // namespace

std::vector<std::string> toolWords(std::string_view name)
{
    std::vector<std::string> words;
    bool isNew = true;
    bool wasLower = false;
    for (const char c : name.substr(0, 200)) {
        const bool isUpper = c >= 'A' && c <= 'Z';
        const bool isLetter = isUpper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!isLetter || (isUpper && wasLower))
            isNew = true;
        wasLower = isLetter && !isUpper;
        if (!isLetter)
            continue;
        if (isNew)
            words.emplace_back();
        isNew = false;
        words.back() += isUpper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return words;
}

bool readsByName(std::string_view name)
{
    constexpr std::array<std::string_view, 20> kReads {
        "get",      "read",  "search", "list",    "find",  "fetch", "lookup",
        "look",     "query", "view",   "show",    "glob",  "grep",  "describe",
        "retrieve", "load",  "browse", "weather", "check", "count"};
    constexpr std::array<std::string_view, 22> kWrites {
        "write",  "update", "delete", "create",  "set",    "send", "book",   "add",
        "remove", "edit",   "put",    "post",    "insert", "pay",  "cancel", "modify",
        "change", "move",   "run",    "execute", "wait",   "next"};
    const std::vector<std::string> words = toolWords(name);
    return hasAnyWord(words, kReads) && !hasAnyWord(words, kWrites);
}

bool runsCommands(std::string_view name)
{
    constexpr std::array<std::string_view, 17> kCommands {"bash",
                                                          "shell",
                                                          "sh",
                                                          "zsh",
                                                          "powershell",
                                                          "terminal",
                                                          "console",
                                                          "command",
                                                          "commands",
                                                          "exec",
                                                          "execute",
                                                          "run",
                                                          "runner",
                                                          "python",
                                                          "code",
                                                          "script",
                                                          "test"};
    return hasAnyWord(toolWords(name), kCommands);
}

} // namespace tracestore
