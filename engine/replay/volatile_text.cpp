#include "engine/replay/volatile_text.h"

#include <algorithm>
#include <array>
#include <re2/re2.h>
#include <tuple>

namespace engine {
namespace {

    constexpr std::array<VolatileText, 8> kVolatile {{
        {"a date with a time of day",
         R"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)",
         "<time>"},
        {"a UUID",
         "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
         "<uuid>"},
        {"a date", R"(\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b)", "<date>"},
        {"a date in words",
         R"((?i)(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?(?:\d{1,2}\.? )?(?:january|february|march|april|may|june|july|august|september|october|november|december)(?: \d{1,2}(?:st|nd|rd|th)?)?(?:,? \d{4})?)",
         "<date>"},
        {"a time of day", R"(\b\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?\b)", "<time>"},
        {"a time as a number",
         R"(\b1[0-9]{9}(?:[0-9]{3}|[0-9]{6}|[0-9]{9})?(?:\.\d+)?\b)",
         "<time>"},
        {"a random text", R"(\b(?:[0-9a-fA-F]{16,}|[0-9A-HJKMNP-TV-Z]{26})\b)", "<random>"},
        {"a folder of temporary files",
         R"(/tmp/[A-Za-z0-9._-]+|/var/folders/[A-Za-z0-9._/-]+)",
         "<folder>"},
    }};

    std::string replaced(std::string text, const char* pattern, const char* replacement)
    {
        RE2::GlobalReplace(&text, pattern, replacement);
        return text;
    }

    bool isWordPart(char c)
    {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    }

    /// What differs, as whole words.
    std::pair<std::string, std::string> differingWords(const std::string& a, const std::string& b)
    {
        const auto [differsA, differsB] = std::ranges::mismatch(a, b);
        auto front = static_cast<std::size_t>(differsA - a.begin());
        while (front > 0 && isWordPart(a[front - 1]))
            --front;
        const std::size_t most = std::min(a.size(), b.size()) - front;
        std::size_t back = 0;
        while (back < most && a[a.size() - 1 - back] == b[b.size() - 1 - back])
            ++back;
        while (back > 0 && isWordPart(a[a.size() - back]))
            --back;
        return {a.substr(front, a.size() - back - front), b.substr(front, b.size() - back - front)};
    }

    std::string withoutNumbers(const std::string& path)
    {
        return replaced(path, R"(\[\d+\])", "[*]");
    }

} // namespace

std::span<const VolatileText> volatileTexts()
{
    return kVolatile;
}

const VolatileText* volatileDifference(const std::string& recorded, const std::string& now)
{
    const auto found = std::ranges::find_if(kVolatile, [&](const VolatileText& kind) {
        return replaced(recorded, kind.pattern, kind.replacement)
            == replaced(now, kind.pattern, kind.replacement);
    });
    return found == kVolatile.end() ? nullptr : &*found;
}

Normaliser suggestedNormaliser(const std::string& name,
                               const std::string& path,
                               const std::string& recorded,
                               const std::string& now)
{
    Normaliser normaliser {.name = name, .path = withoutNumbers(path)};
    if (const VolatileText* kind = volatileDifference(recorded, now)) {
        normaliser.pattern = kind->pattern;
        normaliser.replacement = kind->replacement;
        return normaliser;
    }
    const auto [then, present] = differingWords(recorded, now);
    if (then.empty() || present.empty()) { // something was added: the whole text counts as equal
        normaliser.pattern = "(?s)^.*$";
        normaliser.replacement = "<any>";
        return normaliser;
    }
    // The first alternative that fits is taken: the longer one may begin as the other.
    const auto& [longer, shorter]
        = then.size() < present.size() ? std::tie(present, then) : std::tie(then, present);
    normaliser.pattern = "(?:" + RE2::QuoteMeta(longer) + '|' + RE2::QuoteMeta(shorter) + ')';
    normaliser.replacement = "<same>";
    return normaliser;
}

} // namespace engine
