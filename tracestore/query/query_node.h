#pragma once

#include "tracestore/query/query_field.h"
#include "tracestore/query/text_pattern.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tracestore {

enum class QueryOperator : std::uint8_t
{
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches, ///< a pattern is found in it
    Contains,
    Exists,
};

constexpr bool isOrder(QueryOperator op)
{
    return op == QueryOperator::Less || op == QueryOperator::LessOrEqual
        || op == QueryOperator::Greater || op == QueryOperator::GreaterOrEqual;
}

/// Where a scope looks for a span of which its query holds.
enum class QueryScope : std::uint8_t
{
    Parent,
    Ancestor,
    Child,
    Descendant,
    Session, ///< any span of the same session, itself included
};

/// `parent`, `ancestor` ...
std::string_view toWord(QueryScope scope);

/// A step of a path into JSON.
struct PathStep
{
    enum class Kind : std::uint8_t
    {
        Member,
        Element, ///< of an array; negative counts from its end
        Any, ///< every element or member
    };

    Kind kind = Kind::Member;
    std::string name;
    std::int64_t index = 0;

    bool operator==(const PathStep&) const = default;
};

/// What a field is compared with, read once for all the ways in which it may be compared.
struct QueryValue
{
    std::string source; ///< as it is written in a query
    std::string text; ///< without quotes
    bool isQuoted = false;
    std::optional<double> number; ///< tokens, counts, bytes, money: with its unit applied
    std::string currency; ///< of money, where it is named
    /// Durations and times in ns: from `first` up to before `end`, as exact as they are written.
    std::int64_t first = 0;
    std::int64_t end = 0;
    std::optional<TextPattern> pattern; ///< for text: whole, contained, or a regular expression
};

/// A field and what is asked of it. With several values one of them is enough.
struct QueryTerm
{
    FieldId field = FieldId::Text;
    std::vector<PathStep> path;
    std::string pathText; ///< the path as it is written, without the field
    QueryOperator op = QueryOperator::Exists;
    std::vector<QueryValue> values;
};

/// A query as a tree, at most Query::kMaxDepth deep.
struct QueryNode
{
    enum class Kind : std::uint8_t
    {
        And,
        Or,
        Not,
        Scope,
        Term
    };

    Kind kind = Kind::Term;
    QueryScope scope = QueryScope::Parent;
    QueryTerm term;
    std::vector<QueryNode> children;

    /// Whether payloads have to be read for it.
    [[nodiscard]] bool needsPayloads() const;
};

} // namespace tracestore
