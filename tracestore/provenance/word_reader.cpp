#include "tracestore/provenance/word_reader.h"

#include "tracestore/query/json_unescape.h"
#include "tracestore/query/text_fold.h"

namespace tracestore {
namespace {

    enum class CharClass : std::uint8_t
    {
        Sign,
        Letter, ///< as it is
        Capital,
        Digit,
        High, ///< of a character beyond ASCII
        Backslash,
        Quote
    };

    constexpr auto kClasses = [] {
        std::array<CharClass, 256> classes {};
        for (std::size_t c = 0; c < classes.size(); ++c) {
            if ((c >= 'a' && c <= 'z') || c == '_')
                classes[c] = CharClass::Letter;
            else if (c >= 'A' && c <= 'Z')
                classes[c] = CharClass::Capital;
            else if (c >= '0' && c <= '9')
                classes[c] = CharClass::Digit;
            else if (c >= 0x80)
                classes[c] = CharClass::High;
        }
        classes['\\'] = CharClass::Backslash;
        classes['"'] = CharClass::Quote;
        return classes;
    }();

    CharClass classOf(char c)
    {
        return kClasses[static_cast<unsigned char>(c)];
    }

    bool isDigit(char c)
    {
        return classOf(c) == CharClass::Digit;
    }

    bool isWordClass(CharClass c)
    {
        return c == CharClass::Letter || c == CharClass::Capital || c == CharClass::Digit;
    }

    /// FNV-1a with one multiplication more at the end (mixed()).
    constexpr std::uint64_t kStart = 0xCBF2'9CE4'8422'2325;

    std::uint64_t hashed(std::uint64_t hash, std::uint64_t letter)
    {
        return (hash ^ letter) * 0x0000'0100'0000'01B3;
    }

    std::uint64_t mixed(std::uint64_t hash)
    {
        return (hash ^ (hash >> 32U)) * 0x9E37'79B9'7F4A'7C15;
    }

    bool isBetween(char32_t letter, char32_t first, char32_t last)
    {
        return letter >= first && letter <= last;
    }

    /// Punctuation and blanks beyond ASCII, and bytes that are no UTF-8.
    bool isHighSign(char32_t letter)
    {
        return isBetween(letter, 0x80, 0xBF) || letter == 0xD7 || letter == 0xF7
            || isBetween(letter, 0x2000, 0x20CF) || isBetween(letter, 0x2190, 0x2BFF)
            || isBetween(letter, 0x3000, 0x3004) || isBetween(letter, 0x3007, 0x303F)
            || isBetween(letter, 0xFE30, 0xFE6F) || isBetween(letter, 0xFF00, 0xFF0F)
            || isBetween(letter, 0xFF1A, 0xFF20) || letter == 0xFEFF || letter >= kNoLetter;
    }

    /// Of scripts that write no blanks between words.
    bool isWordAlone(char32_t letter)
    {
        return isBetween(letter, 0x0E00, 0x0EFF) || isBetween(letter, 0x1780, 0x17FF)
            || isBetween(letter, 0x3005, 0x30FF) || isBetween(letter, 0x3400, 0x9FFF)
            || isBetween(letter, 0xF900, 0xFAFF) || isBetween(letter, 0x20000, 0x3FFFF);
    }

    /// A letter that JSON writes by its number.
    struct EscapedLetter
    {
        char32_t letter = 0;
        std::size_t length = 0; ///< bytes of the escape; 0: there is none
    };

    /// The letter of `\u00e9`, if it is one; pairs of surrogates are rare enough. Backslashes are
    /// doubled where JSON stands in a string.
    EscapedLetter escapedLetter(std::string_view text, std::size_t at, bool isNested)
    {
        std::size_t kind = at + 1;
        while (isNested && kind < text.size() && text[kind] == '\\')
            ++kind;
        if (kind >= text.size() || text[kind] != 'u')
            return {};
        const std::int32_t unit = hexAt(text, kind + 1);
        if (unit < 0 || (unit >= 0xD800 && unit < 0xE000))
            return {};
        const auto letter = static_cast<char32_t>(unit);
        const bool isSign
            = letter < 0x80 ? !isWordClass(classOf(static_cast<char>(letter))) : isHighSign(letter);
        return isSign ? EscapedLetter() : EscapedLetter {letter, kind + 5 - at};
    }

    std::string_view withoutBlanks(std::string_view text)
    {
        const std::size_t begin = text.find_first_not_of(" \t\r\n");
        return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
    }

} // namespace

TextForm formOf(std::string_view text)
{
    const std::string_view begin = withoutBlanks(text.substr(0, 64));
    if (begin.empty() || (begin.front() != '{' && begin.front() != '['))
        return TextForm::Plain;
    const std::string_view rest = withoutBlanks(begin.substr(1));
    const std::string_view first = begin.front() == '{' ? "\"}" : "\"{[]-0123456789tfn";
    return rest.empty() || first.find(rest.front()) == std::string_view::npos ? TextForm::Plain
                                                                              : TextForm::Json;
}

bool WordReader::next(Word& word)
{
    while (m_at < m_text.size()) {
        const CharClass kind = classOf(m_text[m_at]);
        if (kind == CharClass::Digit) {
            if (readNumber(word) || readWord(word))
                return true;
        } else if (isWordClass(kind) || kind == CharClass::High) {
            if (readWord(word))
                return true;
        } else if (kind == CharClass::Backslash && m_isJson
                   && escapedLetter(m_text, m_at, m_isNested).length > 0) {
            if (readWord(word))
                return true;
        } else {
            passSign();
        }
    }
    return false;
}

void WordReader::passSign()
{
    const CharClass kind = classOf(m_text[m_at]);
    if (kind == CharClass::Backslash && m_isJson)
        return passBackslash();
    ++m_at;
    if (kind != CharClass::Quote || !m_isJson)
        return;
    m_isInString = !m_isInString;
    const char first = m_at < m_text.size() ? m_text[m_at] : '\0';
    m_isNested = m_isInString && (first == '{' || first == '[');
}

/// In a string that holds JSON, the backslashes of its own escapes are doubled.
void WordReader::passBackslash()
{
    std::size_t behind = m_at + 1;
    while (m_isNested && behind < m_text.size() && m_text[behind] == '\\')
        ++behind;
    const char kind = behind < m_text.size() ? m_text[behind] : '\0';
    if (kind == 'u' && hexAt(m_text, behind + 1) >= 0)
        behind += 4;
    m_at = std::min(
        behind + (std::string_view("nrtbf\"\\/u").find(kind) == std::string_view::npos ? 0 : 1),
        m_text.size());
}

/// A character beyond ASCII at this place, folded; false where it is a sign, which is passed over.
bool WordReader::takeHigh(char32_t& letter, std::size_t& length) const
{
    std::string_view rest = m_text.substr(m_at);
    letter = takeLetter(rest);
    length = m_text.size() - m_at - rest.size();
    if (isHighSign(letter))
        return false;
    letter = foldedLetter(letter);
    return true;
}

bool WordReader::readWord(Word& word)
{
    const std::size_t begin = m_at;
    std::uint64_t hash = kStart;
    while (m_at < m_text.size()) {
        const char c = m_text[m_at];
        const CharClass kind = classOf(c);
        if (isWordClass(kind)) {
            // Capitals become small letters by one bit.
            const unsigned bit = kind == CharClass::Capital ? 0x20U : 0U;
            hash = hashed(hash, static_cast<unsigned char>(c) | bit);
            ++m_at;
            continue;
        }
        char32_t letter = 0;
        std::size_t length = 0;
        if (kind == CharClass::High) {
            if (!takeHigh(letter, length)) {
                if (m_at == begin)
                    m_at += length;
                break;
            }
        } else if (kind == CharClass::Backslash && m_isJson) {
            const EscapedLetter escaped = escapedLetter(m_text, m_at, m_isNested);
            if (escaped.length == 0)
                break;
            letter = foldedLetter(escaped.letter);
            length = escaped.length;
        } else {
            break;
        }
        if (isWordAlone(letter) && m_at > begin)
            break;
        hash = hashed(hash, letter);
        m_at += length;
        if (isWordAlone(letter))
            break;
    }
    if (hash == kStart)
        return false;
    word = {mixed(hash),
            static_cast<std::uint32_t>(begin),
            static_cast<std::uint32_t>(m_at - begin),
            false};
    return true;
}

/// Where `,250` repeated ends, or `at` where no such groups follow.
std::size_t WordReader::thousandsEnd(std::size_t at) const
{
    if (m_isJson && !m_isInString)
        return at;
    const auto digitAt
        = [&](std::size_t place) { return place < m_text.size() && isDigit(m_text[place]); };
    while (at < m_text.size() && m_text[at] == ',' && digitAt(at + 1) && digitAt(at + 2)
           && digitAt(at + 3) && !digitAt(at + 4))
        at += 4;
    return at;
}

/// A number, whose value is hashed. False where it is the beginning of a word; nothing is read.
bool WordReader::readNumber(Word& word)
{
    const std::size_t begin = m_at;
    std::size_t end = begin;
    while (end < m_text.size() && isDigit(m_text[end]))
        ++end;
    if (end - begin <= 3)
        end = thousandsEnd(end);
    std::size_t fraction = end;
    if (end + 1 < m_text.size() && m_text[end] == '.' && isDigit(m_text[end + 1])) {
        ++end;
        while (end < m_text.size() && isDigit(m_text[end]))
            ++end;
    }
    const CharClass behind = end < m_text.size() ? classOf(m_text[end]) : CharClass::Sign;
    if (fraction == end && (behind == CharClass::Letter || behind == CharClass::Capital))
        return false;
    std::size_t last = end;
    while (last > fraction && (m_text[last - 1] == '0' || m_text[last - 1] == '.'))
        --last;
    std::uint64_t hash = kStart;
    for (std::size_t at = begin; at < last; ++at) {
        if (m_text[at] != ',')
            hash = hashed(hash, static_cast<unsigned char>(m_text[at]));
    }
    word = {mixed(hash),
            static_cast<std::uint32_t>(begin),
            static_cast<std::uint32_t>(end - begin),
            true};
    m_at = end;
    return true;
}

} // namespace tracestore
