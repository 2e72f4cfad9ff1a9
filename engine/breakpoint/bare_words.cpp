#include "engine/breakpoint/bare_words.h"

#include "tracestore/query/query_lexer.h"
#include "tracestore/query/query_node.h"

#include <algorithm>

namespace engine {
namespace {

    using tracestore::FieldId;
    using tracestore::QueryNode;

    std::ptrdiff_t textTerms(const QueryNode& node)
    {
        std::ptrdiff_t count
            = node.kind == QueryNode::Kind::Term && node.term.field == FieldId::Text ? 1 : 0;
        for (const QueryNode& child : node.children)
            count += textTerms(child);
        return count;
    }

} // namespace

bool hasBareWords(const tracestore::Query& query)
{
    if (query.root() == nullptr)
        return false;
    const auto tokens = tracestore::tokensOf(query.text()).tokens;
    const auto named = std::ranges::count_if(tokens, [](const tracestore::QueryToken& token) {
        return token.is(tracestore::QueryToken::Type::Word)
            && tracestore::isWord(token.text, "text");
    });
    return textTerms(*query.root()) > named;
}

} // namespace engine
