#include "tracestore/query/query_subject.h"

namespace tracestore {
namespace {

    // A tree of a query is at most Query::kMaxDepth deep.
    Truth truthOf(const QueryNode& node, QuerySubject& subject)
    {
        switch (node.kind) {
        case QueryNode::Kind::Term:
            return subject.evaluate(node.term);
        case QueryNode::Kind::Scope:
            return subject.evaluate(node.scope, node.children.front());
        case QueryNode::Kind::Not:
            return opposite(truthOf(node.children.front(), subject));
        case QueryNode::Kind::And:
        case QueryNode::Kind::Or:
            break;
        }
        const bool isAnd = node.kind == QueryNode::Kind::And;
        const Truth decided = isAnd ? Truth::False : Truth::True;
        Truth truth = opposite(decided);
        for (const QueryNode& child : node.children) {
            if (truth == decided)
                break;
            const Truth of = truthOf(child, subject);
            truth = isAnd ? both(truth, of) : either(truth, of);
        }
        return truth;
    }

} // namespace

Truth evaluateQuery(const Query& query, QuerySubject& subject)
{
    return query.root() == nullptr ? Truth::True : truthOf(*query.root(), subject);
}

} // namespace tracestore
