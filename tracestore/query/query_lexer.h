#pragma once

#include "tracestore/query/query.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// A piece of the text of a query.
struct QueryToken
{
    enum class Type : std::uint8_t
    {
        End,
        Word, ///< a name, a path, a number with its unit, any run of other characters
        String, ///< in quotes
        Regex, ///< between slashes; stands behind ~ only
        Operator, ///< = != < <= > >= ~ !~
        Open,
        Close,
        Comma
    };

    Type type = Type::End;
    std::size_t begin = 0; ///< bytes in the text
    std::size_t end = 0;
    std::string text; ///< what is written; of strings and regular expressions what is inside
    std::string flags; ///< of a regular expression

    [[nodiscard]] bool is(Type of) const { return type == of; }

    [[nodiscard]] bool isOperator(std::string_view of) const
    {
        return type == Type::Operator && text == of;
    }
};

/// The tokens of a text, an End last, or what is wrong. Where something is wrong, the tokens before
/// it are there, with an End behind them.
struct QueryTokens
{
    std::vector<QueryToken> tokens;
    std::optional<QueryError> error;
};

QueryTokens tokensOf(std::string_view text);

/// Whether a word means the same as another: letters A to Z in any case.
[[nodiscard]] bool isWord(std::string_view word, std::string_view lower);

} // namespace tracestore
