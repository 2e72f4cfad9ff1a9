#include "tracestore/import/reading/title_text.h"

namespace tracestore {

std::string titleText(std::string_view text)
{
    constexpr std::size_t kMaxBytes = 80;
    constexpr std::string_view kBlank = " \t\r\n";
    constexpr std::string_view kEllipsis = "\u2026";
    const std::size_t start = text.find_first_not_of(kBlank);
    if (start == std::string_view::npos)
        return {};
    std::string_view line = text.substr(start, text.find('\n', start) - start);
    line = line.substr(0, line.find_last_not_of(kBlank) + 1);
    if (line.size() <= kMaxBytes)
        return std::string(line);
    std::size_t end = kMaxBytes - kEllipsis.size();
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80)
        --end;
    return std::string(line.substr(0, end)) + std::string(kEllipsis);
}

} // namespace tracestore
