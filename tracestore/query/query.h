#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

struct QueryNode;

/// What is wrong with the text of a query, for people.
struct QueryError
{
    std::size_t position = 0; ///< byte in the text at which it begins; may be its end
    std::size_t length = 0; ///< bytes to underline; may be 0 at the end of the text
    std::string message; ///< one sentence: "There is no field `token.in`."
    std::string hint; ///< what to do instead, or empty: "Did you mean `tokens.in`?"

    bool operator==(const QueryError&) const = default;
};

struct ParsedQuery;

/// A query that was understood. It knows no trace; copies are cheap and share what was parsed. Any
/// thread. The language is told in README.md of this folder.
class Query
{
public:
    /// More bytes are not read, deeper brackets not followed, more terms not taken.
    static constexpr std::size_t kMaxLength = std::size_t {64} << 10U;
    static constexpr std::size_t kMaxDepth = 64;
    static constexpr std::size_t kMaxTerms = 1000;

    /// Reads the text of a query. Nothing but white space is the query that hits every span.
    static ParsedQuery parse(std::string_view text);

    /// The query that hits every span.
    Query();

    /// The text as it was given.
    [[nodiscard]] const std::string& text() const { return m_text; }

    /// Hits every span: nothing was asked.
    [[nodiscard]] bool isEmpty() const { return m_root == nullptr; }

    /// The query as it was understood, with all brackets and in the long form:
    /// `text contains "refund policy"`. Parses to the same query.
    [[nodiscard]] std::string canonicalText() const;

    /// Whether columns are not enough and payloads have to be read.
    [[nodiscard]] bool needsPayloads() const;

    /// The texts that are searched in all text, outside of a `not`; for marking them in what is
    /// shown. Regular expressions are not among them.
    [[nodiscard]] std::vector<std::string> searchedTexts() const;

    /// For the evaluator; null where isEmpty().
    [[nodiscard]] const QueryNode* root() const { return m_root.get(); }

private:
    std::string m_text;
    std::shared_ptr<const QueryNode> m_root;
};

/// A query, or why the text is none: exactly one of both is there.
struct ParsedQuery
{
    std::optional<Query> query;
    std::optional<QueryError> error;
};

} // namespace tracestore
