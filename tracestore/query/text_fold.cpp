#include "tracestore/query/text_fold.h"

#include <array>
#include <cstdint>

namespace tracestore {
namespace {

    struct FoldRange
    {
        char32_t first;
        char32_t last;
        std::int32_t delta;
        bool isEverySecond = false;
    };

    // From Unicode's simple case folding, without pairs whose UTF-8 differs in length.
    constexpr std::array kRanges {
        FoldRange {0x00B5, 0x00B5, 775},     FoldRange {0x00C0, 0x00D6, 32},
        FoldRange {0x00D8, 0x00DE, 32},      FoldRange {0x0100, 0x012E, 1, true},
        FoldRange {0x0132, 0x0136, 1, true}, FoldRange {0x0139, 0x0147, 1, true},
        FoldRange {0x014A, 0x0176, 1, true}, FoldRange {0x0178, 0x0178, -121},
        FoldRange {0x0179, 0x017D, 1, true}, FoldRange {0x0370, 0x0372, 1, true},
        FoldRange {0x0376, 0x0376, 1},       FoldRange {0x0386, 0x0386, 38},
        FoldRange {0x0388, 0x038A, 37},      FoldRange {0x038C, 0x038C, 64},
        FoldRange {0x038E, 0x038F, 63},      FoldRange {0x0391, 0x03A1, 32},
        FoldRange {0x03A3, 0x03AB, 32},      FoldRange {0x03C2, 0x03C2, 1},
        FoldRange {0x03D8, 0x03EE, 1, true}, FoldRange {0x0400, 0x040F, 80},
        FoldRange {0x0410, 0x042F, 32},      FoldRange {0x0460, 0x0480, 1, true},
        FoldRange {0x048A, 0x04BE, 1, true}, FoldRange {0x04C0, 0x04C0, 15},
        FoldRange {0x04C1, 0x04CD, 1, true}, FoldRange {0x04D0, 0x052E, 1, true},
        FoldRange {0x0531, 0x0556, 48},      FoldRange {0x1E00, 0x1E94, 1, true},
        FoldRange {0x1EA0, 0x1EFE, 1, true}, FoldRange {0x2160, 0x216F, 16},
        FoldRange {0x24B6, 0x24CF, 26},      FoldRange {0xFF21, 0xFF3A, 32},
    };

    bool isIn(const FoldRange& range, char32_t letter)
    {
        return letter >= range.first && letter <= range.last
            && (!range.isEverySecond || (letter - range.first) % 2 == 0);
    }

    bool isContinuation(std::string_view text, std::size_t at)
    {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80;
    }

    char32_t bits(std::string_view text, std::size_t at)
    {
        return static_cast<unsigned char>(text[at]) & 0x3FU;
    }

} // namespace

char32_t foldedLetter(char32_t letter)
{
    if (letter < 0x80)
        return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
    for (const FoldRange& range : kRanges) {
        if (isIn(range, letter))
            return static_cast<char32_t>(static_cast<std::int32_t>(letter) + range.delta);
    }
    return letter;
}

std::vector<char32_t> lettersFoldedTo(char32_t letter)
{
    if (letter >= 'a' && letter <= 'z')
        return {letter - 32};
    std::vector<char32_t> letters;
    for (const FoldRange& range : kRanges) {
        const auto from = static_cast<char32_t>(static_cast<std::int32_t>(letter) - range.delta);
        if (isIn(range, from))
            letters.push_back(from);
    }
    return letters;
}

char32_t takeLetter(std::string_view& text)
{
    const auto first = static_cast<unsigned char>(text.front());
    std::size_t length = 1;
    char32_t letter = first;
    if (first >= 0xC2 && first < 0xE0 && isContinuation(text, 1)) {
        length = 2;
        letter = (first & 0x1FU) << 6U | bits(text, 1);
    } else if (first >= 0xE0 && first < 0xF0 && isContinuation(text, 1)
               && isContinuation(text, 2)) {
        length = 3;
        letter = (first & 0x0FU) << 12U | bits(text, 1) << 6U | bits(text, 2);
    } else if (first >= 0xF0 && first < 0xF5 && isContinuation(text, 1) && isContinuation(text, 2)
               && isContinuation(text, 3)) {
        length = 4;
        letter
            = (first & 0x07U) << 18U | bits(text, 1) << 12U | bits(text, 2) << 6U | bits(text, 3);
    } else if (first >= 0x80) {
        letter = kNoLetter + first;
    }
    // What is written in more bytes than it needs, or is half of a pair, is no UTF-8.
    const bool isBad = (length == 3 && (letter < 0x800 || (letter >= 0xD800 && letter < 0xE000)))
        || (length == 4 && (letter < 0x10000 || letter > 0x10FFFF));
    text.remove_prefix(isBad ? 1 : length);
    return isBad ? kNoLetter + first : letter;
}

void appendLetter(std::string& to, char32_t letter)
{
    const auto add = [&](char32_t byte) { to += static_cast<char>(byte); };
    if (letter < 0x80 || letter >= kNoLetter) {
        add(letter >= kNoLetter ? letter - kNoLetter : letter);
    } else if (letter < 0x800) {
        add(0xC0U | letter >> 6U);
        add(0x80U | (letter & 0x3FU));
    } else if (letter < 0x10000) {
        add(0xE0U | letter >> 12U);
        add(0x80U | (letter >> 6U & 0x3FU));
        add(0x80U | (letter & 0x3FU));
    } else {
        add(0xF0U | letter >> 18U);
        add(0x80U | (letter >> 12U & 0x3FU));
        add(0x80U | (letter >> 6U & 0x3FU));
        add(0x80U | (letter & 0x3FU));
    }
}

std::string foldedText(std::string_view text)
{
    std::string folded;
    folded.reserve(text.size());
    while (!text.empty()) {
        const char c = text.front();
        if (static_cast<unsigned char>(c) < 0x80) {
            folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            text.remove_prefix(1);
        } else {
            appendLetter(folded, foldedLetter(takeLetter(text)));
        }
    }
    return folded;
}

} // namespace tracestore
