#include "engine/agent/planning/complexity.h"

#include <algorithm>
#include <cmath>

namespace engine {
namespace {

    constexpr std::array<std::string_view, 34> kReasoningWords {
        "why",         "compare",    "contrast",     "prove",        "derive",    "design",
        "analyse",     "analyze",    "evaluate",     "explain",      "plan",      "optimise",
        "optimize",    "debug",      "refactor",     "justify",      "trade-off", "trade-offs",
        "strategy",    "diagnose",   "recommend",    "implement",    "estimate",  "prioritise",
        "prioritize",  "root cause", "step by step", "architecture", "summarise", "summarize",
        "investigate", "reconcile",  "forecast",     "migrate"};
    constexpr std::array<std::string_view, 14> kConditionWords {"if",
                                                                "unless",
                                                                "except",
                                                                "at least",
                                                                "at most",
                                                                "without",
                                                                "must",
                                                                "but not",
                                                                "only if",
                                                                "instead",
                                                                "however",
                                                                "assuming",
                                                                "while",
                                                                "given that"};
    constexpr std::array<std::string_view, 8> kPartWords {
        "and then", "then", "also", "finally", "first", "second", "as well as", "after that"};

    /// Rises from 0 and comes to 1 at `full`.
    double share(double count, double full)
    {
        return std::min(1.0, count / full);
    }

    double countOf(std::string_view text, std::string_view bytes)
    {
        return static_cast<double>(std::count_if(text.begin(), text.end(), [&](char c) {
            return bytes.find(c) != std::string_view::npos;
        }));
    }

    double listItems(std::string_view text)
    {
        double items = 0;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            const std::string_view line = text.substr(at, end - at);
            const std::size_t first = line.find_first_not_of(" \t");
            const bool isItem = first != std::string_view::npos
                && (line[first] == '-' || line[first] == '*'
                    || (line[first] >= '0' && line[first] <= '9'
                        && line.find_first_of(".)", first) < first + 3));
            items += isItem ? 1 : 0;
            at = end + 1;
        }
        return items;
    }

    bool isJudged(Language language, const PhraseText& phrases)
    {
        constexpr std::size_t kFewWords = 8;
        const bool isAscii = std::ranges::all_of(
            phrases.words(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
        return language == Language::English
            || (language == Language::Unknown && isAscii && phrases.wordCount() <= kFewWords);
    }

} // namespace

ComplexityEstimate estimateComplexity(std::string_view text)
{
    const PhraseText phrases(text);
    ComplexityEstimate estimate;
    estimate.language = languageOf(phrases);
    estimate.isJudged = isJudged(estimate.language, phrases);
    estimate.length = share(std::log2(1.0 + static_cast<double>(phrases.wordCount())), 8);
    estimate.parts = share(countOf(text, "?") + listItems(text) + phrases.count(kPartWords), 4);
    estimate.reasoning = share(phrases.count(kReasoningWords), 2);
    estimate.conditions = share(phrases.count(kConditionWords), 3);
    estimate.formal = share(countOf(text, "{}=<>+*/\\^|;") + 0.5 * countOf(text, "0123456789"), 16);
    estimate.score = 0.25 * estimate.length + 0.2 * estimate.parts + 0.35 * estimate.reasoning
        + 0.1 * estimate.conditions + 0.1 * estimate.formal;
    return estimate;
}

} // namespace engine
