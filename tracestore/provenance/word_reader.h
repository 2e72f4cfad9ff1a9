#pragma once

#include "tracestore/query/text_needle.h"

namespace tracestore {

/// A word of a text as texts are compared by: letters folded, numbers by their value.
struct Word
{
    std::uint64_t hash = 0; ///< equal words have equal ones
    std::uint32_t offset = 0; ///< bytes of the text as it is written
    std::uint32_t length = 0;
    bool isNumber = false;

    bool operator==(const Word&) const = default;
};

/// Reads the words of a text from front to back: letters, digits and `_` of any script, each letter
/// alone where a script writes no blanks. `12.50` is the word `12.5`, and `1,250` is `1250` where
/// no JSON says that these are two numbers. In JSON, escapes are resolved, also in strings that
/// hold JSON again. Builds nothing: a second for some hundreds of megabytes.
class WordReader
{
public:
    /// The text outlives the reader and is shorter than 4 GiB. `isInString`: it is what stands
    /// between the quotes of a string of JSON.
    WordReader(std::string_view text, TextForm form, bool isInString = false)
        : m_text(text)
        , m_isJson(form == TextForm::Json)
        , m_isInString(isInString)
        , m_isNested(isInString && (text.starts_with('{') || text.starts_with('[')))
    { }

    /// The next word; false at the end.
    bool next(Word& word);

private:
    void passSign();
    void passBackslash();
    bool readWord(Word& word);
    bool readNumber(Word& word);
    [[nodiscard]] std::size_t thousandsEnd(std::size_t at) const;
    bool takeHigh(char32_t& letter, std::size_t& length) const;

    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_isJson;
    bool m_isInString = false;
    bool m_isNested = false; ///< the string holds JSON itself
};

/// Json where a text is an object or an array, else Plain.
[[nodiscard]] TextForm formOf(std::string_view text);

} // namespace tracestore
