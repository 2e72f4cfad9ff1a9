#include "engine/tool/tool_condition.h"

#include "tracestore/base/json_io.h"
#include "tracestore/query/query.h"
#include "tracestore/query/query_parser.h"
#include "tracestore/query/query_payload.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::FieldId;
using tracestore::QueryNode;
using tracestore::Result;
using tracestore::Truth;

namespace {

    /// The first part that a condition cannot have; queries are at most Query::kMaxDepth deep.
    std::string problemOf(const QueryNode& node)
    {
        if (node.kind == QueryNode::Kind::Scope)
            return "A condition of a tool sees one call only; `parent(...)` and the like do not "
                   "stand in it.";
        const FieldId field = node.term.field;
        if (node.kind == QueryNode::Kind::Term && field != FieldId::Args
            && field != FieldId::Result)
            return "A condition of a tool names `args` or `result`, as in `args.amount <= 100`.";
        for (const QueryNode& child : node.children) {
            if (std::string problem = problemOf(child); !problem.empty())
                return problem;
        }
        return {};
    }

    /// A text and what it is as JSON, parsed when it is first asked for.
    class ConditionField
    {
    public:
        explicit ConditionField(const std::string& text)
            : m_text(text)
        { }

        Truth evaluate(const tracestore::QueryTerm& term)
        {
            if (!m_isRead) {
                if (auto read = tracestore::parseJson(m_text))
                    m_value = std::move(*read);
                m_isRead = true;
            }
            return tracestore::evaluateJsonTerm(term, m_text, m_value ? &*m_value : nullptr);
        }

    private:
        const std::string& m_text;
        std::optional<nlohmann::json> m_value;
        bool m_isRead = false;
    };

    Truth truthOf(const QueryNode& node, ConditionField& arguments, ConditionField& result)
    {
        switch (node.kind) {
        case QueryNode::Kind::Term:
            return (node.term.field == FieldId::Args ? arguments : result).evaluate(node.term);
        case QueryNode::Kind::Not:
            return opposite(truthOf(node.children.front(), arguments, result));
        case QueryNode::Kind::And:
        case QueryNode::Kind::Or:
        case QueryNode::Kind::Scope:
            break;
        }
        const bool isAnd = node.kind == QueryNode::Kind::And;
        Truth truth = isAnd ? Truth::True : Truth::False;
        for (const QueryNode& child : node.children) {
            const Truth of = truthOf(child, arguments, result);
            truth = isAnd ? both(truth, of) : either(truth, of);
        }
        return truth;
    }

} // namespace

Result<ToolCondition> ToolCondition::parse(const std::string& text)
{
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        return fail(ErrorCode::Invalid, "The condition is empty.");
    auto parsed = tracestore::parseQueryText(text);
    if (const auto* error = std::get_if<tracestore::QueryError>(&parsed)) {
        const std::string place = " (at character " + std::to_string(error->position + 1) + ")";
        return fail(ErrorCode::Invalid,
                    error->message + place + (error->hint.empty() ? "" : " " + error->hint));
    }
    auto root = std::make_shared<const QueryNode>(std::get<QueryNode>(std::move(parsed)));
    if (std::string problem = problemOf(*root); !problem.empty())
        return fail(ErrorCode::Invalid, std::move(problem));
    ToolCondition condition;
    condition.m_text = text;
    condition.m_root = std::move(root);
    return condition;
}

Truth ToolCondition::evaluate(const std::string& arguments, const std::string& result) const
{
    ConditionField args(arguments);
    ConditionField outcome(result);
    return m_root == nullptr ? Truth::Unknown : truthOf(*m_root, args, outcome);
}

} // namespace engine
