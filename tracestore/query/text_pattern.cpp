#include "tracestore/query/text_pattern.h"

#include "tracestore/query/json_unescape.h"
#include "tracestore/query/text_fold.h"

#include <algorithm>
#include <re2/re2.h>

namespace tracestore {
namespace {

    /// Regular expressions look through so much of one text.
    constexpr std::size_t kLongest = std::size_t {1} << 30U;

    std::optional<TextMatch> findRegex(const re2::RE2& regex, std::string_view text)
    {
        re2::StringPiece found;
        const re2::StringPiece all(text.data(), text.size());
        if (!regex.Match(all, 0, text.size(), re2::RE2::UNANCHORED, &found, 1))
            return std::nullopt;
        return TextMatch {static_cast<std::size_t>(found.data() - text.data()), found.size()};
    }

} // namespace

TextPattern TextPattern::equalTo(std::string text)
{
    TextPattern pattern;
    pattern.m_kind = Kind::Equals;
    pattern.m_folded = foldedText(text);
    return pattern;
}

TextPattern TextPattern::containing(std::string text)
{
    TextPattern pattern;
    pattern.m_kind = Kind::Contains;
    pattern.m_needle = std::make_shared<const TextNeedle>(text);
    return pattern;
}

Result<TextPattern> TextPattern::regex(const std::string& expression, std::string_view flags)
{
    const bool foldsLetters = flags.find('i') != std::string_view::npos;
    // What has no sign of its own is the text itself, and is found far faster so.
    if (foldsLetters && RE2::QuoteMeta(expression) == expression && !expression.empty())
        return containing(expression);
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(!foldsLetters);
    options.set_dot_nl(flags.find('s') != std::string_view::npos);
    const bool isByLine = flags.find('m') != std::string_view::npos;
    auto regex = std::make_shared<re2::RE2>((isByLine ? "(?m)" : "") + expression, options);
    if (!regex->ok())
        return fail(ErrorCode::Invalid, "This is no regular expression: " + regex->error() + ".");
    TextPattern pattern;
    pattern.m_kind = Kind::Regex;
    pattern.m_regex = std::move(regex);
    return pattern;
}

bool TextPattern::matches(std::string_view text) const
{
    if (m_kind == Kind::Equals)
        return text.size() == m_folded.size() && foldedText(text) == m_folded;
    return find(text).has_value();
}

bool TextPattern::matchesJson(std::string_view json) const
{
    if (m_kind == Kind::Contains)
        return m_needle->folded().empty() || m_needle->find(json, TextForm::Json).has_value();
    std::string plain = plainJson(json.substr(0, kLongest), 1);
    for (int depth = 1; depth <= kMostEscaped; ++depth) {
        if (matches(plain))
            return true;
        if (plain.find('\\') == std::string::npos)
            break;
        plain = plainJson(plain, 1);
    }
    return false;
}

std::optional<TextMatch> TextPattern::find(std::string_view text) const
{
    switch (m_kind) {
    case Kind::Equals:
        return matches(text) ? std::optional(TextMatch {0, text.size()}) : std::nullopt;
    case Kind::Contains:
        return m_needle->folded().empty() ? std::optional(TextMatch {})
                                          : m_needle->find(text, TextForm::Plain);
    case Kind::Regex:
        return findRegex(*m_regex, text);
    }
    return std::nullopt;
}

} // namespace tracestore
