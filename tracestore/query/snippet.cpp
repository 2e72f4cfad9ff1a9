#include "tracestore/query/snippet.h"

#include "tracestore/query/json_unescape.h"
#include "tracestore/query/text_fold.h"

#include <algorithm>

namespace tracestore {
namespace {

    constexpr std::size_t kBefore = 60;
    constexpr std::size_t kBehind = 120;

    /// A place near `at` where a character begins and no escape is cut.
    std::size_t atBoundary(std::string_view text, std::size_t at)
    {
        const auto isInside = [&](std::size_t place) {
            return place < text.size()
                && ((static_cast<unsigned char>(text[place]) & 0xC0U) == 0x80
                    || (place > 0 && text[place - 1] == '\\'));
        };
        for (int i = 0; i < 8 && isInside(at); ++i)
            ++at;
        return at;
    }

    /// One line: blanks in a row are one, what is no UTF-8 is left out.
    void appendLine(std::string& to, std::string_view text)
    {
        const std::size_t begin = to.size();
        bool isBehindBlank = begin == 0 || to.back() == ' ';
        to.resize(begin + text.size());
        char* out = to.data() + begin;
        while (!text.empty()) {
            const char c = text.front();
            if (c > ' ' && c < 0x7F) {
                *out++ = c;
                text.remove_prefix(1);
                isBehindBlank = false;
                continue;
            }
            const std::string_view rest = text;
            const char32_t letter = takeLetter(text);
            if (letter >= kNoLetter)
                continue;
            const bool isBlank = letter <= 0x20 || letter == 0x7F;
            if (!isBlank)
                out = std::copy_n(rest.data(), rest.size() - text.size(), out);
            else if (!isBehindBlank)
                *out++ = ' ';
            isBehindBlank = isBlank;
        }
        to.resize(static_cast<std::size_t>(out - to.data()));
    }

} // namespace

Snippet snippetAround(std::string_view text, const TextMatch& match, TextForm form)
{
    const std::size_t begin
        = std::min(atBoundary(text, match.offset - std::min(match.offset, kBefore)), match.offset);
    const std::size_t end
        = std::max(match.offset + match.length,
                   std::min(text.size(), atBoundary(text, match.offset + match.length + kBehind)));
    const auto append = [&](std::string& to, std::size_t from, std::size_t behind) {
        const std::string_view written = text.substr(from, behind - from);
        const bool isPlain
            = form == TextForm::Plain || written.find('\\') == std::string_view::npos;
        appendLine(to, isPlain ? written : std::string_view(plainJson(written, 2)));
    };
    Snippet snippet;
    snippet.text.reserve(end - begin);
    append(snippet.text, begin, match.offset);
    snippet.match.offset = snippet.text.size();
    append(snippet.text, match.offset, match.offset + match.length);
    snippet.match.length = snippet.text.size() - snippet.match.offset;
    append(snippet.text, match.offset + match.length, end);
    return snippet;
}

} // namespace tracestore
