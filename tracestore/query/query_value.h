#pragma once

#include "tracestore/query/query_lexer.h"
#include "tracestore/query/query_node.h"

namespace tracestore {

/// A value of a query, or why it is none.
struct ReadValue
{
    QueryValue value;
    std::string problem; ///< empty where it is one
    std::string hint;
};

/// Reads what a field is compared with, in the units of the field's type.
ReadValue readValue(const QueryToken& token, FieldType type, FieldId field, QueryOperator op);

/// The word of a list that is most like one that is not in it; empty where none is.
std::string_view nearestWord(std::string_view word, const std::vector<std::string_view>& among);

/// The text in quotes, as it has to be written in a query.
std::string quoteForQuery(std::string_view text);

} // namespace tracestore
