#include "tracestore/base/key_patterns.h"

#include <algorithm>
#include <array>
#include <optional>

namespace tracestore {
namespace {

    struct KeyPattern
    {
        std::string_view prefix;
        std::string_view kind;
        std::size_t shortest; ///< characters of the key behind the prefix
    };

    // The longer of two prefixes that begin alike comes first.
    constexpr std::array kPatterns {
        KeyPattern {"sk-ant-", "Anthropic key", 20},
        KeyPattern {"sk-", "OpenAI key", 20},
        KeyPattern {"sk_live_", "Stripe key", 16},
        KeyPattern {"github_pat_", "GitHub token", 20},
        KeyPattern {"ghp_", "GitHub token", 30},
        KeyPattern {"gho_", "GitHub token", 30},
        KeyPattern {"ghs_", "GitHub token", 30},
        KeyPattern {"glpat-", "GitLab token", 18},
        KeyPattern {"AKIA", "AWS key id", 16},
        KeyPattern {"ASIA", "AWS key id", 16},
        KeyPattern {"AIza", "Google key", 30},
        KeyPattern {"xoxb-", "Slack token", 20},
        KeyPattern {"xoxp-", "Slack token", 20},
        KeyPattern {"hf_", "Hugging Face token", 30},
        KeyPattern {"Bearer ", "bearer token", 20},
        KeyPattern {"-----BEGIN PRIVATE KEY-----", "private key", 0},
        KeyPattern {"-----BEGIN RSA PRIVATE KEY-----", "private key", 0},
        KeyPattern {"-----BEGIN OPENSSH PRIVATE KEY-----", "private key", 0},
    };

    /// By byte: whether it can be part of a key.
    constexpr auto kKeyChars = [] {
        std::array<bool, 256> chars {};
        for (const char c : std::string_view("0123456789abcdefghijklmnopqrstuvwxyz"
                                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-."))
            chars.at(static_cast<unsigned char>(c)) = true;
        return chars;
    }();

    bool isKeyChar(char c)
    {
        return kKeyChars[static_cast<unsigned char>(c)];
    }

    std::size_t keyCharsAt(std::string_view text, std::size_t at)
    {
        const auto* const begin = text.data() + at;
        const auto* const end = text.data() + text.size();
        return static_cast<std::size_t>(std::find_if_not(begin, end, isKeyChar) - begin);
    }

    /// Keys are drawn by lot: words of prose such as `sk-learn-contrib-packages` have no digit.
    bool hasDigit(std::string_view text)
    {
        return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    }

    /// A private key goes to the line that ends it, or as far as the text.
    std::size_t blockLengthAt(std::string_view text, std::size_t at)
    {
        constexpr std::string_view kEnd = "-----END ";
        const std::size_t end = text.find(kEnd, at);
        const std::size_t close
            = end == std::string_view::npos ? end : text.find("-----", end + kEnd.size());
        return close == std::string_view::npos ? text.size() - at : close + 5 - at;
    }

    std::size_t keyLengthAt(std::string_view text, std::size_t at, const KeyPattern& pattern)
    {
        if (text.compare(at, pattern.prefix.size(), pattern.prefix) != 0)
            return 0;
        const std::size_t start = at + pattern.prefix.size();
        if (pattern.shortest == 0)
            return blockLengthAt(text, at);
        const std::size_t count = keyCharsAt(text, start);
        if (count < pattern.shortest || !hasDigit(text.substr(start, count)))
            return 0;
        return pattern.prefix.size() + count;
    }

    /// The first letters of the patterns: most words are passed over by them.
    bool canBegin(char c)
    {
        return c == 's' || c == 'g' || c == 'A' || c == 'x' || c == 'h' || c == 'B' || c == '-';
    }

    std::optional<KeyMatch> keyAt(std::string_view text, std::size_t at)
    {
        if (!canBegin(text[at]))
            return {};
        for (const KeyPattern& pattern : kPatterns) {
            if (const std::size_t length = keyLengthAt(text, at, pattern); length > 0)
                return KeyMatch {at, length, pattern.kind};
        }
        return {};
    }

} // namespace

std::vector<KeyMatch> findKeys(std::string_view text)
{
    std::vector<KeyMatch> found;
    // No key begins inside a word.
    for (std::size_t at = 0; at < text.size();
         at += std::max<std::size_t>(1, keyCharsAt(text, at))) {
        const auto key = keyAt(text, at);
        if (!key)
            continue;
        found.push_back(*key);
        at += key->length;
    }
    return found;
}

bool looksLikeKey(std::string_view text)
{
    return !findKeys(text).empty();
}

bool isVariableName(std::string_view text)
{
    const bool isWord = std::all_of(
        text.begin(), text.end(), [](char c) { return isKeyChar(c) && c != '-' && c != '.'; });
    return isWord && !text.empty() && !(text.front() >= '0' && text.front() <= '9');
}

} // namespace tracestore
