#include "tracestore/query/text_needle.h"

#include "tracestore/query/json_unescape.h"
#include "tracestore/query/text_fold.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// A letter as `\uXXXX` that was escaped twice more; every backslash doubles each time.
    constexpr std::size_t kLongestEscape = 9;

    /// So much is unescaped at once at least, so that many candidates in a row cost little each.
    constexpr std::size_t kStretch = 2048;

    bool isUnsafe(char32_t letter)
    {
        return letter < 0x20 || letter == '"' || letter == '\\' || letter == '/';
    }

    std::size_t backslashesBefore(std::string_view text, std::size_t at)
    {
        std::size_t count = 0;
        while (count < at && text[at - count - 1] == '\\')
            ++count;
        return count;
    }

    bool isEscapeLetter(char c)
    {
        return std::string_view("\"\\/bfnrtu").find(c) != std::string_view::npos;
    }

    /// Whether a place lies inside of an escape sequence, where what is written is not what is
    /// read.
    bool isInsideEscape(std::string_view text, std::size_t at)
    {
        if (at < text.size() && isEscapeLetter(text[at]) && backslashesBefore(text, at) % 2 == 1)
            return true;
        for (std::size_t back = 1; back <= 4 && back < at; ++back) {
            if (text[at - back] == 'u')
                return backslashesBefore(text, at - back) % 2 == 1;
        }
        return false;
    }

    /// A place at or before `at` that no escape sequence reaches over, at any depth: no backslash
    /// is near. Where all is escapes the search ends; what is found then may be off at its edge.
    std::size_t placeToBegin(std::string_view text, std::size_t at)
    {
        constexpr std::size_t kClear = 12;
        constexpr std::size_t kMostBack = 4096;
        std::size_t clear = 0;
        for (std::size_t back = 0; back <= at && back < kMostBack; ++back) {
            const std::size_t place = at - back;
            if (place == 0)
                return 0;
            clear = text[place - 1] == '\\' ? 0 : clear + 1;
            if (clear == kClear)
                return place;
        }
        return at - std::min(at, kMostBack);
    }

} // namespace

TextNeedle::TextNeedle(std::string_view text)
    : m_folded(foldedText(text.substr(0, kMaxLength)))
{
    std::string_view rest = m_folded;
    while (!rest.empty())
        addLetter(takeLetter(rest));
    std::ranges::sort(m_others);
    findJsonRun();
}

void TextNeedle::addLetter(char32_t letter)
{
    std::string written;
    appendLetter(written, letter);
    std::string mask(written.size(), '\0');
    for (const char32_t other : lettersFoldedTo(letter)) {
        std::string differently;
        appendLetter(differently, other);
        for (std::size_t i = 0; i < mask.size(); ++i)
            mask[i] = static_cast<char>(mask[i] | (written[i] ^ differently[i]));
    }
    for (std::size_t i = 0; i < mask.size(); ++i)
        m_pattern += static_cast<char>(written[i] | mask[i]);
    m_mask += mask;
    m_longest += letter >= 0x10000 ? 2 * kLongestEscape : kLongestEscape;
    m_hasUnsafe = m_hasUnsafe || isUnsafe(letter);
    m_hasBackslash = m_hasBackslash || letter == '\\';
    if (letter < 0x80) {
        m_hasAscii.at(letter) = true;
    } else {
        m_isAscii = false;
        m_others.push_back(letter);
    }
}

void TextNeedle::findJsonRun()
{
    Run run;
    for (std::size_t i = 0; i <= m_folded.size(); ++i) {
        const bool isEnd
            = i == m_folded.size() || isUnsafe(static_cast<unsigned char>(m_folded[i]));
        run.length = i - run.offset;
        if (isEnd && run.length > m_jsonRun.length)
            m_jsonRun = run;
        if (isEnd)
            run.offset = i + 1;
    }
}

ByteFilter TextNeedle::filterOf(const Run& run, bool wantsEscapes) const
{
    const std::size_t last = run.offset + run.length - 1;
    return {.first = m_pattern[run.offset],
            .firstMask = m_mask[run.offset],
            .last = m_pattern[last],
            .lastMask = m_mask[last],
            .distance = run.length - 1,
            .wantsEscapes = wantsEscapes};
}

/// Whether the text stands at a place as it is.
bool TextNeedle::isAt(std::string_view text, std::size_t offset) const
{
    if (offset > text.size() || text.size() - offset < m_folded.size())
        return false;
    for (std::size_t i = 0; i < m_pattern.size(); ++i) {
        if (static_cast<char>(text[offset + i] | m_mask[i]) != m_pattern[i])
            return false;
    }
    // The mask of a letter with a capital of several bytes lets more through than those two.
    return m_isAscii || foldedText(text.substr(offset, m_folded.size())) == m_folded;
}

std::optional<TextMatch>
TextNeedle::find(std::string_view text, TextForm form, std::size_t from) const
{
    if (m_folded.empty() || from >= text.size())
        return std::nullopt;
    return form == TextForm::Plain ? findPlain(text, from) : findJson(text, from);
}

std::optional<TextMatch> TextNeedle::findPlain(std::string_view text, std::size_t from) const
{
    const ByteFilter filter = filterOf({0, m_folded.size()}, false);
    for (std::size_t at = nextCandidate(filter, text, from); at < text.size();
         at = nextCandidate(filter, text, at + 1)) {
        if (isAt(text, at))
            return TextMatch {at, m_folded.size()};
    }
    return std::nullopt;
}

/// The text as it is written may begin here: in front of it no escape reaches over it, and nothing
/// in it is one.
bool TextNeedle::canBeginAt(std::string_view text, std::size_t at) const
{
    return !m_hasBackslash && isAt(text, at) && !isInsideEscape(text, at);
}

/// Whether `\u` at a place may stand for a letter of the text, or for a part of an escape.
bool TextNeedle::canBeEscapedAt(std::string_view text, std::size_t at) const
{
    const std::int32_t unit = hexAt(text, at + 2);
    if (unit < 0 || unit == '\\' || unit == 'u')
        return true;
    const char32_t letter = foldedLetter(static_cast<char32_t>(unit));
    if (letter < 0x80)
        return m_hasAscii.at(letter);
    if (m_isAscii)
        return false;
    const bool isHalf = letter >= 0xD800 && letter < 0xE000;
    return isHalf ? m_others.back() >= 0x10000 || std::ranges::binary_search(m_others, 0xFFFDU)
                  : std::ranges::binary_search(m_others, letter);
}

std::optional<TextMatch> TextNeedle::findJson(std::string_view text, std::size_t from) const
{
    const bool hasRun = m_jsonRun.length > 0;
    ByteFilter filter = hasRun ? filterOf(m_jsonRun, true) : ByteFilter {};
    std::size_t unescapedTo = 0; // what begins before is known not to match
    std::size_t at = from;
    // The run may stand in the text where what is before it began in front of `from`.
    while ((at = hasRun ? nextCandidate(filter, text, at) : at) < text.size()) {
        const std::size_t begin = at - std::min(at, m_jsonRun.offset);
        if (hasRun && at >= m_jsonRun.offset && begin >= from && canBeginAt(text, begin))
            return TextMatch {begin, m_folded.size()};
        const bool isEscape = text[at] == '\\' && at + 1 < text.size() && text[at + 1] == 'u';
        const bool mustUnescape = !hasRun || (isEscape ? canBeEscapedAt(text, at) : m_hasUnsafe);
        if (mustUnescape && at >= unescapedTo) {
            const std::size_t first = at - std::min(at, m_longest);
            const std::size_t last
                = std::min(text.size(), at + std::max(2 * m_longest, m_longest + kStretch));
            const bool isNear = isEscape
                || text.substr(first, last - first).find('\\') != std::string_view::npos || !hasRun;
            if (isNear) {
                if (auto match = findUnescaped(text, from, first, last))
                    return match;
            }
            unescapedTo = last == text.size() ? last : last - m_longest;
            if (!hasRun) {
                at = unescapedTo;
                continue;
            }
        }
        ++at;
    }
    return std::nullopt;
}

std::optional<TextMatch> TextNeedle::findUnescaped(std::string_view text,
                                                   std::size_t from,
                                                   std::size_t begin,
                                                   std::size_t end) const
{
    const std::size_t start = placeToBegin(text, begin);
    std::optional<TextMatch> first;
    UnescapedText plain = unescapedJson(text.substr(start, end - start));
    for (int depth = 1; depth <= kMostEscaped; ++depth) {
        const std::string folded = foldedText(plain.text);
        for (std::size_t at = folded.find(m_folded); at != std::string::npos;
             at = folded.find(m_folded, at + 1)) {
            const std::size_t offset = start + plain.origin[at];
            if (offset < from)
                continue;
            if (!first || offset < first->offset)
                first = TextMatch {offset, start + plain.origin[at + m_folded.size()] - offset};
            break;
        }
        if (plain.text.find('\\') == std::string::npos)
            break;
        plain = unescapedJson(plain);
    }
    return first;
}

} // namespace tracestore
