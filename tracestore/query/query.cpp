#include "tracestore/query/query.h"

#include "tracestore/query/query_parser.h"

#include <algorithm>

namespace tracestore {
namespace {

    void collectSearched(const QueryNode& node, std::vector<std::string>& to)
    {
        const bool isSearch = node.kind == QueryNode::Kind::Term && node.term.field == FieldId::Text
            && node.term.op != QueryOperator::Matches;
        if (isSearch) {
            for (const QueryValue& value : node.term.values)
                to.push_back(value.text);
        }
        // What a `not` or a scope asks for is not in the span that is hit.
        if (node.kind == QueryNode::Kind::And || node.kind == QueryNode::Kind::Or) {
            for (const QueryNode& child : node.children)
                collectSearched(child, to);
        }
    }

} // namespace

Query::Query() = default;

ParsedQuery Query::parse(std::string_view text)
{
    Query query;
    query.m_text = text;
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return {.query = std::move(query), .error = {}};
    auto parsed = parseQueryText(text);
    if (auto* error = std::get_if<QueryError>(&parsed))
        return {.query = {}, .error = std::move(*error)};
    query.m_root = std::make_shared<const QueryNode>(std::move(std::get<QueryNode>(parsed)));
    return {.query = std::move(query), .error = {}};
}

std::string Query::canonicalText() const
{
    return m_root == nullptr ? std::string() : queryText(*m_root);
}

bool Query::needsPayloads() const
{
    return m_root != nullptr && m_root->needsPayloads();
}

std::vector<std::string> Query::searchedTexts() const
{
    std::vector<std::string> texts;
    if (m_root != nullptr)
        collectSearched(*m_root, texts);
    return texts;
}

bool QueryNode::needsPayloads() const
{
    if (kind == Kind::Term)
        return fieldOf(term.field).isPayload;
    return std::ranges::any_of(children, &QueryNode::needsPayloads);
}

} // namespace tracestore
