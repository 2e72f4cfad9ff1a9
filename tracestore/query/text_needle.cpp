#include "tracestore/query/text_needle.h"

#include "tracestore/query/json_unescape.h"
#include "tracestore/query/text_fold.h"

#include <algorithm>
#include <limits>

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

    /// How often a byte is in the texts and the JSON of agents, roughly; letters are folded.
    int byteFrequency(char byte)
    {
        constexpr std::string_view kRareFirst
            = "zqxjk@#$%&*+=~^`<>|!?;vbpgfywm()[]{}ucldhrsinoat'e";
        const std::size_t rank = kRareFirst.find(byte);
        if (static_cast<unsigned char>(byte) >= 0x80)
            return 10; // as `%`
        if (rank != std::string_view::npos)
            return static_cast<int>(2 * rank);
        // Digits, blanks and the signs of JSON are everywhere.
        return byte == ' ' || byte == '"' || byte == '\\' ? 120 : 80;
    }

    /// The letter behind the backslash that stands for a character that JSON escapes: the character
    /// itself where it has no other.
    char escapeLetter(char letter)
    {
        constexpr std::string_view kLetters = "\n\t\r\b\f";
        const std::size_t found = kLetters.find(letter);
        return found == std::string_view::npos ? letter : "ntrbf"[found];
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
                return place + kClear - 1;
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
    using enum ByteFilter::Escapes;
    if (!m_folded.empty())
        m_plainFilter = filterOf({0, m_folded.size()}, None);
    if (m_jsonRun.length > 0)
        m_jsonFilter = filterOf(m_jsonRun, m_isAscii ? OfAscii : All);
}

void TextNeedle::addLetter(char32_t letter)
{
    std::string written;
    appendLetter(written, letter);
    std::string mask(written.size(), '\0');
    const std::vector<char32_t> capitals = lettersFoldedTo(letter);
    for (const char32_t other : capitals) {
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
        m_others.insert(m_others.end(), capitals.begin(), capitals.end());
    }
}

/// The run with the bytes that are seldom, of all that are between what JSON escapes.
void TextNeedle::findJsonRun()
{
    int least = std::numeric_limits<int>::max();
    Run run;
    for (std::size_t i = 0; i <= m_folded.size(); ++i) {
        if (i < m_folded.size() && !isUnsafe(static_cast<unsigned char>(m_folded[i])))
            continue;
        run.length = i - run.offset;
        if (const int often = run.length > 0 ? frequency(run) : least; often < least) {
            least = often;
            m_jsonRun = run;
        }
        run.offset = i + 1;
    }
}

/// Where the two bytes of a run stand that are seldom, in two words if there are: what is in one
/// word stands together often. The same place twice in a run of one byte.
std::pair<std::size_t, std::size_t> TextNeedle::rareBytes(const Run& run) const
{
    constexpr int kSameWord = 40;
    const auto rarest = [&](auto cost) {
        std::size_t best = run.offset;
        for (std::size_t i = run.offset; i < run.offset + run.length; ++i) {
            if (cost(i) < cost(best))
                best = i;
        }
        return best;
    };
    const std::size_t one = rarest([&](std::size_t i) { return byteFrequency(m_folded[i]); });
    const std::string_view text = m_folded;
    const std::size_t blank = text.rfind(' ', one);
    const std::size_t wordBegin = blank == std::string_view::npos ? 0 : blank;
    const std::size_t wordEnd = std::min(text.find(' ', one), text.size());
    const std::size_t other = rarest([&](std::size_t i) {
        const bool isSameWord = i >= wordBegin && i <= wordEnd;
        return i == one ? std::numeric_limits<int>::max()
                        : byteFrequency(text[i]) + (isSameWord ? kSameWord : 0);
    });
    return {std::min(one, other), std::max(one, other)};
}

int TextNeedle::frequency(const Run& run) const
{
    const auto [first, last] = rareBytes(run);
    return byteFrequency(m_folded[first]) + byteFrequency(m_folded[last]);
}

TextNeedle::Filter TextNeedle::filterOf(const Run& run, ByteFilter::Escapes escapes) const
{
    const auto [first, last] = rareBytes(run);
    return {.bytes = {.first = m_pattern[first],
                      .firstMask = m_mask[first],
                      .last = m_pattern[last],
                      .lastMask = m_mask[last],
                      .distance = last - first,
                      .escapes = escapes},
            .place = first};
}

/// Whether the text stands at a place as it is.
bool TextNeedle::isAt(std::string_view text, std::size_t offset) const
{
    // The mask of a letter with a capital of several bytes lets more through than those two.
    return isPartAt({0, m_folded.size()}, text, offset)
        && (m_isAscii || foldedText(text.substr(offset, m_folded.size())) == m_folded);
}

/// Whether a part of the text may stand at a place as it is.
bool TextNeedle::isPartAt(const Run& part, std::string_view text, std::size_t offset) const
{
    if (offset > text.size() || text.size() - offset < part.length)
        return false;
    for (std::size_t i = 0; i < part.length; ++i) {
        if (static_cast<char>(text[offset + i] | m_mask[part.offset + i])
            != m_pattern[part.offset + i])
            return false;
    }
    return true;
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
    const auto& [filter, place] = m_plainFilter;
    for (std::size_t at = nextCandidate(filter, text, from); at < text.size();
         at = nextCandidate(filter, text, at + 1)) {
        if (at >= from + place && isAt(text, at - place))
            return TextMatch {at - place, m_folded.size()};
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
    if (unit < 0)
        return true;
    if (unit < 0x80) {
        const char32_t letter = foldedLetter(static_cast<char32_t>(unit));
        const bool isPart = letter == '\\' || letter == 'u' || kHexDigits.at(letter) >= 0
            || (m_hasUnsafe && isEscapeLetter(static_cast<char>(letter)));
        return isPart || m_hasAscii.at(letter);
    }
    if (m_isAscii)
        return false;
    const auto letter = static_cast<char32_t>(unit);
    const bool isHalf = letter >= 0xD800 && letter < 0xE000;
    return isHalf ? m_others.back() >= 0x10000 || std::ranges::binary_search(m_others, 0xFFFDU)
                  : std::ranges::binary_search(m_others, letter);
}

/// Whether the text may stand around a run of it at a place, at any depth of escapes but without
/// `\u`: where that is in it the search stops anyway. As far as the next backslash of the text.
bool TextNeedle::canStandAround(std::string_view text, std::size_t run) const
{
    return canStandBehind(text, run + m_jsonRun.length) && canStandBefore(text, run);
}

bool TextNeedle::canStandBehind(std::string_view text, std::size_t at) const
{
    for (std::size_t i = m_jsonRun.offset + m_jsonRun.length; i < m_folded.size(); ++i, ++at) {
        const char wanted = m_folded[i];
        if (wanted == '\\')
            return true;
        const std::size_t first = at;
        if (isUnsafe(static_cast<unsigned char>(wanted)))
            at = std::min(text.find_first_not_of('\\', at), text.size());
        const bool isThere = at < text.size()
            && (at > first ? text[at] == escapeLetter(wanted)
                           : static_cast<char>(text[at] | m_mask[i]) == m_pattern[i]);
        if (!isThere)
            return false;
    }
    return true;
}

bool TextNeedle::canStandBefore(std::string_view text, std::size_t at) const
{
    for (std::size_t i = m_jsonRun.offset; i-- > 0;) {
        const char wanted = m_folded[i];
        if (wanted == '\\')
            return true;
        if (at-- == 0)
            return false;
        const std::size_t slashes
            = isUnsafe(static_cast<unsigned char>(wanted)) ? backslashesBefore(text, at) : 0;
        const bool isThere = static_cast<char>(text[at] | m_mask[i]) == m_pattern[i]
            || (slashes > 0 && text[at] == escapeLetter(wanted));
        if (!isThere)
            return false;
        at -= slashes;
    }
    return true;
}

std::optional<TextMatch> TextNeedle::findJson(std::string_view text, std::size_t from) const
{
    const bool hasRun = m_jsonRun.length > 0;
    std::size_t unescapedTo = 0; // what begins before is known not to match
    std::size_t at = from;
    // The run may stand in the text where what is before it began in front of `from`.
    for (;; ++at) {
        if (hasRun)
            at = nextCandidate(m_jsonFilter.bytes, text, at);
        if (at >= text.size())
            return std::nullopt;
        bool mustUnescape = !hasRun;
        if (hasRun && text[at] == '\\') { // no byte of a run
            mustUnescape = canBeEscapedAt(text, at);
        } else if (hasRun) {
            const std::size_t before = m_jsonFilter.place - m_jsonRun.offset;
            if (at < before || !isPartAt(m_jsonRun, text, at - before))
                continue;
            const std::size_t run = at - before;
            const std::size_t begin = run - std::min(run, m_jsonRun.offset);
            if (run >= m_jsonRun.offset && begin >= from && canBeginAt(text, begin))
                return TextMatch {begin, m_folded.size()};
            mustUnescape = m_hasUnsafe && canStandAround(text, run);
        }
        if (!mustUnescape || at < unescapedTo)
            continue;
        // Where candidates are near each other, many are looked at together.
        const std::size_t stretch = at < unescapedTo + kStretch ? kStretch : m_longest;
        const std::size_t last
            = std::min(text.size(), at + m_longest + std::max(stretch, m_longest));
        if (auto match = findUnescaped(text, from, at - std::min(at, m_longest), last))
            return match;
        unescapedTo = last == text.size() ? last : last - m_longest;
        if (!hasRun)
            at = unescapedTo - 1;
    }
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
