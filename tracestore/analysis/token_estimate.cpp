#include "tracestore/analysis/token_estimate.h"

#include "tracestore/query/text_fold.h"

#include <array>

namespace tracestore {
namespace {

    constexpr std::int64_t kUnits = 100; ///< of a token
    constexpr std::int64_t kTokensPerMessage = 4;
    constexpr std::int64_t kMedium = 1000 * kUnits; // a picture, whatever its size in bytes

    constexpr std::int64_t kLetter = 22;
    constexpr std::int64_t kDigit
        = 60; // in groups of up to three, with a token for the blank before
    constexpr std::int64_t kSign = 45;
    constexpr std::int64_t kBlank = 10; // mostly a part of the word behind it

    /// Characters from `first` on, up to the next row.
    struct Script
    {
        char32_t first;
        std::int64_t weight;
    };

    constexpr auto kScripts = std::to_array<Script>({
        {0x0080, 100}, // Latin-1 signs
        {0x00C0, 120}, // Latin letters with marks break words apart
        {0x0250, 100},  {0x0370, 70}, // Greek
        {0x0400, 40}, // Cyrillic
        {0x0530, 80}, // Armenian
        {0x0590, 60}, // Hebrew, Arabic
        {0x0780, 85}, // Indic
        {0x0E00, 70}, // Thai, Lao
        {0x0F00, 85},   {0x1100, 100}, // Hangul parts
        {0x1200, 85},   {0x1E00, 120}, // Latin letters with marks
        {0x1F00, 70}, // Greek with marks
        {0x2000, 100}, // signs
        {0x3040, 80}, // kana
        {0x3100, 95}, // Han
        {0xA000, 85},   {0xAC00, 100}, // Hangul
        {0xF900, 95}, // Han
        {0xFB00, 60}, // Arabic shapes
        {0xFE30, 100}, // full-width signs
        {0x10000, 250}, // emoji and what is rarer
        {0x20000, 200}, // rarer Han
        {0x30000, 250},
    });

    constexpr std::int64_t weightOf(unsigned char c)
    {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            return kLetter;
        if (c >= '0' && c <= '9')
            return kDigit;
        return c <= ' ' ? kBlank : kSign;
    }

    constexpr auto kAscii = [] {
        std::array<std::int64_t, 0x80> weights {};
        for (std::size_t c = 0; c < weights.size(); ++c)
            weights[c] = weightOf(static_cast<unsigned char>(c));
        return weights;
    }();

    std::int64_t weightOfLetter(char32_t letter)
    {
        std::int64_t weight = kUnits; // of a byte that is no UTF-8
        if (letter >= kNoLetter)
            return weight;
        for (const Script& script : kScripts) {
            if (letter < script.first)
                break;
            weight = script.weight;
        }
        return weight;
    }

    std::int64_t unitsOf(std::string_view text)
    {
        std::int64_t units = 0;
        while (!text.empty()) {
            const auto byte = static_cast<unsigned char>(text.front());
            if (byte < kAscii.size()) {
                units += kAscii[byte];
                text.remove_prefix(1);
            } else {
                units += weightOfLetter(takeLetter(text));
            }
        }
        return units;
    }

    struct PartUnits
    {
        std::int64_t operator()(const TextPart& part) const { return unitsOf(part.text); }

        std::int64_t operator()(const ReasoningPart& part) const { return unitsOf(part.text); }

        std::int64_t operator()(const ToolCallPart& part) const
        {
            return unitsOf(part.name) + unitsOf(part.arguments);
        }

        std::int64_t operator()(const ToolResultPart& part) const { return unitsOf(part.content); }

        std::int64_t operator()(const MediaPart&) const { return kMedium; }

        std::int64_t operator()(const OtherPart& part) const { return unitsOf(part.json); }
    };

} // namespace

std::int64_t estimateTokens(std::string_view text)
{
    return (unitsOf(text) + kUnits - 1) / kUnits;
}

std::int64_t estimateTokens(const Message& message)
{
    std::int64_t units = 0;
    for (const auto& part : message.parts)
        units += std::visit(PartUnits {}, part);
    return (units + kUnits - 1) / kUnits + kTokensPerMessage;
}

std::int64_t estimateTokens(const MessageChain& messages)
{
    std::int64_t tokens = 0;
    for (const Message* message : messages.pointers())
        tokens += estimateTokens(*message);
    return tokens;
}

} // namespace tracestore
