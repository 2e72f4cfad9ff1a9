#pragma once

#include "tracestore/base/result.h"
#include "tracestore/query/text_needle.h"

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
} // namespace re2

namespace tracestore {

/// What a text is compared with: another text or a regular expression, ready to be asked often.
/// Copies share what was compiled. Any thread.
class TextPattern
{
public:
    /// The whole text, letters folded.
    static TextPattern equalTo(std::string text);

    /// A part of the text, letters folded.
    static TextPattern containing(std::string text);

    /// A regular expression (RE2, in linear time) that is found anywhere in the text. Flags: `i`
    /// folds letters, `m` lets ^ and $ stand at lines, `s` lets the dot be a line feed. Fails with
    /// Invalid and a sentence.
    static Result<TextPattern> regex(const std::string& expression, std::string_view flags);

    [[nodiscard]] bool matches(std::string_view text) const;

    /// The same for JSON text, as a reader sees it.
    [[nodiscard]] bool matchesJson(std::string_view json) const;

    /// The place of the first match in a text.
    [[nodiscard]] std::optional<TextMatch> find(std::string_view text) const;

    /// The text that has to be contained, which is all that is asked; null for all else.
    [[nodiscard]] const TextNeedle* needle() const
    {
        return m_kind == Kind::Contains ? m_needle.get() : nullptr;
    }

private:
    enum class Kind : std::uint8_t
    {
        Equals,
        Contains,
        Regex
    };

    Kind m_kind = Kind::Equals;
    std::string m_folded;
    std::shared_ptr<const TextNeedle> m_needle;
    std::shared_ptr<const re2::RE2> m_regex;
};

} // namespace tracestore
