#include "tracestore/import/reading/short_text.h"

namespace tracestore {

std::string shortened(std::string_view text, std::size_t bytes)
{
    const std::string_view whole = trimmed(text);
    const std::string_view line = trimmed(whole.substr(0, whole.find('\n')));
    if (line.size() <= bytes)
        return std::string(line);
    return std::string(cutAtCharacter(line, bytes - 3)) + "\u2026";
}

std::string_view cutAtCharacter(std::string_view text, std::size_t bytes)
{
    if (text.size() <= bytes)
        return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80)
        --bytes;
    return text.substr(0, bytes);
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

} // namespace tracestore
