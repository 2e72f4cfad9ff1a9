#include "tracestore/findings/finding_texts.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace tracestore {
namespace {

    std::string withCommas(std::int64_t count)
    {
        std::string text = std::to_string(count);
        const std::size_t first = count < 0 ? 1 : 0;
        for (std::size_t at = text.size(); at > first + 3;) {
            at -= 3;
            text.insert(at, ",");
        }
        return text;
    }

    std::string inUnits(double value, const char* unit)
    {
        std::array<char, 32> text {};
        const int length = std::snprintf(text.data(), text.size(), "%.3g %s", value, unit);
        return {text.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
    }

} // namespace

std::string counted(std::int64_t count, std::string_view noun)
{
    std::string text = withCommas(count) + ' ' + std::string(noun);
    return count == 1 ? text : text + 's';
}

std::string timeInWords(Duration duration)
{
    const double seconds = static_cast<double>(duration.ns) / 1e9;
    if (seconds < 1)
        return inUnits(seconds * 1000, "ms");
    if (seconds < 120)
        return inUnits(seconds, "s");
    return seconds < 7200 ? inUnits(seconds / 60, "min") : inUnits(seconds / 3600, "h");
}

std::string lineOf(std::string_view text, std::size_t most)
{
    std::string line;
    bool isBlank = true;
    for (const char c : text) {
        const bool isSpace = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        // A cut in the middle of a character would be no UTF-8.
        const bool canCut = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        if (line.size() >= most && canCut)
            return line + "…";
        if (!isSpace)
            line += c;
        else if (!isBlank)
            line += ' ';
        isBlank = isSpace;
    }
    while (line.ends_with(' '))
        line.pop_back();
    return line;
}

std::string ticked(std::string_view text)
{
    std::string line = lineOf(text, 60);
    std::ranges::replace(line, '`', '\'');
    return '`' + line + '`';
}

std::string tickedEnd(std::string_view text)
{
    while (text.ends_with('.') || text.ends_with('\n') || text.ends_with(' '))
        text.remove_suffix(1);
    return ticked(text) + '.';
}

std::string tickedList(const std::vector<std::string>& names, std::size_t most)
{
    std::string text;
    const std::size_t shown = names.size() <= most ? names.size() : most;
    for (std::size_t i = 0; i < shown; ++i) {
        const bool isLast = i + 1 == names.size();
        text += i == 0 ? "" : isLast ? " and " : ", ";
        text += ticked(names[i]);
    }
    if (shown < names.size())
        text += " and " + std::to_string(names.size() - shown) + " more";
    return text;
}

} // namespace tracestore
