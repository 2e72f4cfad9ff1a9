#include "engine/agent/planning/language.h"

#include "tracestore/query/text_fold.h"

#include <algorithm>

namespace engine {
namespace {

    /// So many of a text's words have to be small ones of its language, and more than one of them
    /// unless the text is short: `to` is a word of Polish too.
    constexpr double kSmallWordShare = 0.12;
    constexpr std::size_t kShort = 6; ///< words

    struct SmallWords
    {
        Language language;
        std::span<const std::string_view> words;
    };

    constexpr auto kEnglish = std::to_array<std::string_view>(
        {"the",  "of",    "and",   "to",    "is",    "it",    "that",   "was",  "for",  "are",
         "with", "this",  "have",  "i",     "i'm",   "you",   "not",    "be",   "by",   "from",
         "or",   "but",   "what",  "there", "which", "if",    "their",  "we",   "your", "has",
         "can",  "could", "would", "my",    "how",   "where", "please", "it's", "yes",  "don't"});
    constexpr auto kGerman = std::to_array<std::string_view>(
        {"der",  "die",  "das",  "und",  "ist",  "nicht", "ein",  "eine", "einen", "ich",
         "es",   "mit",  "sich", "auf",  "für",  "dem",   "den",  "des",  "von",   "zu",
         "im",   "war",  "wird", "auch", "aber", "oder",  "wie",  "kann", "sind",  "sie",
         "dass", "noch", "nur",  "wir",  "aus",  "bei",   "nach", "habe", "keine", "leider"});
    constexpr auto kSpanish = std::to_array<std::string_view>(
        {"el",   "la",   "los",  "las", "que", "de",  "en",    "y",       "un",    "una",
         "es",   "está", "no",   "se",  "por", "con", "para",  "su",      "del",   "al",
         "lo",   "pero", "como", "más", "o",   "si",  "sí",    "son",     "hay",   "muy",
         "este", "esta", "yo",   "fue", "ha",  "he",  "sobre", "también", "puede", "qué"});
    constexpr auto kFrench = std::to_array<std::string_view>(
        {"le",    "la",    "les",  "des",  "et",    "est",  "une",  "un",  "du",    "dans",
         "que",   "qui",   "pour", "pas",  "sur",   "il",   "je",   "ce",  "cette", "avec",
         "au",    "aux",   "mais", "ou",   "sont",  "nous", "vous", "par", "plus",  "ne",
         "c'est", "n'est", "j'ai", "d'un", "d'une", "de",   "en",   "été", "elle",  "oui"});
    constexpr auto kSmallWords = std::to_array<SmallWords>({
        {Language::English, kEnglish},
        {Language::German, kGerman},
        {Language::Spanish, kSpanish},
        {Language::French, kFrench},
    });

    bool isHan(char32_t letter)
    {
        return (letter >= 0x3400 && letter < 0xA000) || (letter >= 0xF900 && letter < 0xFB00);
    }

    bool isKana(char32_t letter)
    {
        return letter >= 0x3040 && letter < 0x3100;
    }

    bool isChinese(std::string_view text)
    {
        std::size_t han = 0;
        std::size_t others = 0;
        while (!text.empty()) {
            const char32_t letter = tracestore::takeLetter(text);
            if (isKana(letter))
                return false;
            han += isHan(letter) ? 1 : 0;
            others += !isHan(letter) && letter > ' ' ? 1 : 0;
        }
        // Names and numbers in other letters stand in between; a word takes many of those.
        return han > 0 && han * 3 >= others;
    }

} // namespace

std::string_view toName(Language language)
{
    switch (language) {
    case Language::English:
        return "English";
    case Language::German:
        return "German";
    case Language::Spanish:
        return "Spanish";
    case Language::French:
        return "French";
    case Language::Chinese:
        return "Chinese";
    case Language::Unknown:
        break;
    }
    return "another language";
}

Language languageOf(const PhraseText& text)
{
    if (isChinese(text.words()))
        return Language::Chinese;
    Language best = Language::Unknown;
    double most = std::max(kSmallWordShare * static_cast<double>(text.wordCount()),
                           text.wordCount() > kShort ? 2.0 : 1.0);
    for (const SmallWords& each : kSmallWords) {
        const double count = text.count(each.words);
        if (count >= most && (best == Language::Unknown || count > most)) {
            most = count;
            best = each.language;
        }
    }
    return best;
}

} // namespace engine
