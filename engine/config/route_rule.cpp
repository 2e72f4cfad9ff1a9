#include "engine/config/route_rule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

struct RouteRule::Node
{
    enum class Kind
    {
        Compare,
        And,
        Or,
        Not
    };

    Kind kind = Kind::Compare;
    std::string name;
    std::string op;
    double number = 0;
    std::shared_ptr<const Node> left; ///< the only one of a Not
    std::shared_ptr<const Node> right;
};

namespace {

    using RuleNode = std::shared_ptr<const RouteRule::Node>;
    using Kind = RouteRule::Node::Kind;

    constexpr std::size_t kMaxRuleLength = 4096;
    constexpr std::size_t kMaxRuleDepth = 32;

    bool isNameChar(char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || c == '.' || c == '_' || c == '-';
    }

    /// `input.length`, `0.7`, `>=`, `(` ... at the front of a text.
    std::string_view tokenAtFront(std::string_view text)
    {
        if (text.empty())
            return {};
        if (isNameChar(text.front())) {
            const auto end = std::find_if_not(text.begin(), text.end(), isNameChar);
            return text.substr(0, static_cast<std::size_t>(end - text.begin()));
        }
        const bool isPair = text.size() > 1 && text[1] == '='
            && std::string_view("<>!=").find(text.front()) != std::string_view::npos;
        return text.substr(0, isPair ? 2 : 1);
    }

    class RuleParser
    {
    public:
        RuleParser(std::string_view text, const std::function<bool(std::string_view)>& isKnown)
            : m_rest(text)
            , m_isKnown(isKnown)
        {
            advance();
        }

        Result<RuleNode> parse()
        {
            auto root = alternatives(0);
            if (root && !m_token.empty())
                return expected("`and`, `or` or the end");
            return root;
        }

    private:
        void advance()
        {
            const std::size_t start = m_rest.find_first_not_of(" \t\r\n");
            m_rest.remove_prefix(std::min(start, m_rest.size()));
            m_token = tokenAtFront(m_rest);
            m_rest.remove_prefix(m_token.size());
        }

        bool take(std::string_view token)
        {
            if (m_token != token)
                return false;
            advance();
            return true;
        }

        tracestore::Failure expected(std::string_view what)
        {
            return fail(ErrorCode::Invalid,
                        "Expected " + std::string(what)
                            + (m_token.empty() ? " at the end."
                                               : " instead of `" + std::string(m_token) + "`."));
        }

        Result<RuleNode> alternatives(std::size_t depth)
        {
            auto left = conditions(depth);
            while (left && take("or"))
                left = joined(Kind::Or, std::move(*left), conditions(depth));
            return left;
        }

        Result<RuleNode> conditions(std::size_t depth)
        {
            auto left = term(depth);
            while (left && take("and"))
                left = joined(Kind::And, std::move(*left), term(depth));
            return left;
        }

        static Result<RuleNode> joined(Kind kind, RuleNode left, Result<RuleNode> right)
        {
            if (!right)
                return right;
            return std::make_shared<const RouteRule::Node>(RouteRule::Node {
                .kind = kind, .left = std::move(left), .right = std::move(*right)});
        }

        Result<RuleNode> term(std::size_t depth)
        {
            if (depth > kMaxRuleDepth)
                return fail(ErrorCode::Limit, "The rule is nested too deeply.");
            if (take("not"))
                return joined(Kind::Not, nullptr, term(depth + 1));
            if (!take("("))
                return comparison();
            auto inner = alternatives(depth + 1);
            if (inner && !take(")"))
                return expected("`)`");
            return inner;
        }

        Result<RuleNode> comparison()
        {
            constexpr std::array<std::string_view, 6> kOperators {"=", "!=", "<", "<=", ">", ">="};
            RouteRule::Node node;
            if (!m_isKnown(m_token))
                return expected("`input.length`, `complexity`, `turn` or `tools`");
            node.name = m_token;
            advance();
            if (std::find(kOperators.begin(), kOperators.end(), m_token) == kOperators.end())
                return expected("=, !=, <, <=, > or >=");
            node.op = m_token;
            advance();
            const auto read
                = std::from_chars(m_token.data(), m_token.data() + m_token.size(), node.number);
            if (m_token.empty() || read.ec != std::errc()
                || read.ptr != m_token.data() + m_token.size())
                return expected("a number");
            advance();
            return std::make_shared<const RouteRule::Node>(std::move(node));
        }

        std::string_view m_rest;
        std::string_view m_token;
        const std::function<bool(std::string_view)>& m_isKnown;
    };

    bool compare(double value, const std::string& op, double number)
    {
        if (op == "=")
            return value == number;
        if (op == "!=")
            return value != number;
        if (op == "<")
            return value < number;
        if (op == "<=")
            return value <= number;
        return op == ">" ? value > number : value >= number;
    }

    /// As deep as the rule: bounded by the parser.
    bool holdsAt(const RouteRule::Node& node, const RouteRule::Values& values)
    {
        switch (node.kind) {
        case Kind::And:
            return holdsAt(*node.left, values) && holdsAt(*node.right, values);
        case Kind::Or:
            return holdsAt(*node.left, values) || holdsAt(*node.right, values);
        case Kind::Not:
            return !holdsAt(*node.right, values);
        case Kind::Compare:
            break;
        }
        const auto value = values(node.name);
        return value && compare(*value, node.op, node.number);
    }

} // namespace

Result<RouteRule> RouteRule::parse(std::string_view text,
                                   const std::function<bool(std::string_view)>& isKnown)
{
    if (text.size() > kMaxRuleLength)
        return fail(ErrorCode::Limit, "The rule is longer than 4096 characters.");
    auto root = RuleParser(text, isKnown).parse();
    if (!root)
        return fail(std::move(root).error());
    RouteRule rule;
    rule.m_root = std::move(*root);
    return rule;
}

bool RouteRule::holds(const Values& values) const
{
    return m_root != nullptr && holdsAt(*m_root, values);
}

bool isRouteName(std::string_view name)
{
    constexpr std::array<std::string_view, 4> kNames {
        "input.length", "complexity", "turn", "tools"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

} // namespace engine
