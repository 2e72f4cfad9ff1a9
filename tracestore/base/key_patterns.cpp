#include "tracestore/base/key_patterns.h"

#include <algorithm>
#include <array>

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

    bool isKeyChar(char c)
    {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || c == '_' || c == '-' || c == '.';
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

    /// The first letters of the patterns: most of a text is passed over by them.
    bool canBegin(char c)
    {
        return c == 's' || c == 'g' || c == 'A' || c == 'x' || c == 'h' || c == 'B' || c == '-';
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

} // namespace

std::vector<KeyMatch> findKeys(std::string_view text)
{
    std::vector<KeyMatch> found;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t length = 0;
        const bool isInsideWord = at > 0 && isKeyChar(text[at - 1]);
        for (const KeyPattern& pattern : kPatterns) {
            if (!canBegin(text[at]) || isInsideWord || length > 0)
                break;
            length = keyLengthAt(text, at, pattern);
            if (length > 0)
                found.push_back({at, length, pattern.kind});
        }
        at += std::max<std::size_t>(1, length);
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
