#include "tracestore/query/query_parser.h"

#include "tracestore/query/query_path.h"
#include "tracestore/query/query_value.h"

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    using Type = QueryToken::Type;
    using Node = QueryNode;

    struct ScopeWord
    {
        std::string_view word;
        QueryScope scope;
    };

    constexpr std::array kScopes {ScopeWord {"parent", QueryScope::Parent},
                                  ScopeWord {"ancestor", QueryScope::Ancestor},
                                  ScopeWord {"child", QueryScope::Child},
                                  ScopeWord {"descendant", QueryScope::Descendant},
                                  ScopeWord {"session", QueryScope::Session}};

    struct OperatorSign
    {
        std::string_view sign;
        QueryOperator op;
        bool isNegative = false;
    };

    constexpr std::array kOperators {OperatorSign {"=", QueryOperator::Equal},
                                     OperatorSign {"==", QueryOperator::Equal},
                                     OperatorSign {"!=", QueryOperator::Equal, true},
                                     OperatorSign {"<", QueryOperator::Less},
                                     OperatorSign {"<=", QueryOperator::LessOrEqual},
                                     OperatorSign {">", QueryOperator::Greater},
                                     OperatorSign {">=", QueryOperator::GreaterOrEqual},
                                     OperatorSign {"~", QueryOperator::Matches},
                                     OperatorSign {"!~", QueryOperator::Matches, true},
                                     OperatorSign {"contains", QueryOperator::Contains}};

    constexpr std::array<std::string_view, 7> kPartsOfMessages {
        "role", "text", "name", "tool", "reasoning", "finish", "count"};

    bool isForText(QueryOperator op)
    {
        return op == QueryOperator::Matches || op == QueryOperator::Contains;
    }

    bool isText(FieldType type)
    {
        return type == FieldType::Text || type == FieldType::Word || type == FieldType::Json
            || type == FieldType::Messages || type == FieldType::AllText;
    }

    Node negated(Node node)
    {
        Node outer {.kind = Node::Kind::Not};
        outer.children.push_back(std::move(node));
        return outer;
    }

    /// Reads by recursive descent, one function a rule of the grammar in README.md. Once something
    /// is wrong, m_error is set and every function returns at once; what they return then is of no
    /// worth.
    class Parser
    {
    public:
        Parser(std::string_view text, QueryTokens tokens)
            : m_text(text)
            , m_tokens(std::move(tokens.tokens))
            , m_error(std::move(tokens.error))
        { }

        std::variant<Node, QueryError> run()
        {
            if (m_error)
                return *m_error;
            Node node = orRule();
            if (!m_error && peek().is(Type::Close))
                complain(peek(), "This bracket closes nothing.", "Take it away.");
            else if (!m_error && !peek().is(Type::End))
                complain(peek(), "This cannot stand here.", "");
            if (m_error)
                return *m_error;
            return node;
        }

    private:
        // Tokens.

        [[nodiscard]] const QueryToken& peek(std::size_t ahead = 0) const
        {
            return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)];
        }

        const QueryToken& take()
        {
            const QueryToken& token = peek();
            m_at = std::min(m_at + 1, m_tokens.size() - 1);
            return token;
        }

        [[nodiscard]] bool isKeyword(std::string_view word, std::size_t ahead = 0) const
        {
            return peek(ahead).is(Type::Word) && isWord(peek(ahead).text, word);
        }

        bool takeKeyword(std::string_view word)
        {
            const bool isIt = isKeyword(word);
            if (isIt)
                take();
            return isIt;
        }

        void complain(const QueryToken& at, std::string message, std::string hint)
        {
            if (!m_error)
                m_error
                    = QueryError {at.begin, at.end - at.begin, std::move(message), std::move(hint)};
        }

        // Rules.

        Node orRule() { return listRule(Node::Kind::Or, "or", &Parser::andRule); }

        Node andRule() { return listRule(Node::Kind::And, "and", &Parser::notRule); }

        /// One or more of a rule with a keyword between; between parts of an `and` it may be left
        /// out.
        Node listRule(Node::Kind kind, std::string_view keyword, Node (Parser::*part)())
        {
            Node list {.kind = kind};
            do {
                list.children.push_back((this->*part)());
            } while (!m_error
                     && (takeKeyword(keyword) || (kind == Node::Kind::And && canBeginPart())));
            return list.children.size() == 1 ? std::move(list.children.front()) : std::move(list);
        }

        [[nodiscard]] bool canBeginPart() const
        {
            return peek().is(Type::Open) || peek().is(Type::String)
                || (peek().is(Type::Word) && !isKeyword("or") && !isKeyword("and"));
        }

        Node notRule()
        {
            bool isNegative = false;
            while (isKeyword("not") && !(isKeyword("in", 1) && peek(2).is(Type::Open))) {
                take();
                isNegative = !isNegative;
            }
            Node node = partRule();
            return isNegative ? negated(std::move(node)) : std::move(node);
        }

        Node partRule()
        {
            if (++m_terms > Query::kMaxTerms) {
                complain(peek(), "The query has more than 1000 terms.", "Ask for less at once.");
                return {};
            }
            if (peek().is(Type::Open))
                return bracketRule();
            if (peek().is(Type::String))
                return searchFor(take().text);
            if (peek().is(Type::Word))
                return wordRule();
            missingPart();
            return {};
        }

        void missingPart()
        {
            const std::string behind = m_at == 0 ? "" : m_tokens[m_at - 1].text;
            if (peek().is(Type::Operator))
                return complain(peek(),
                                "A field is missing in front of `" + peek().text + "`.",
                                "Write something like `kind = tool`.");
            complain(peek(),
                     behind.empty() ? "A condition is missing here."
                                    : "Behind `" + behind + "` a condition is missing.",
                     "Write something like `kind = tool`, or a text to search for.");
        }

        Node bracketRule()
        {
            const QueryToken open = take();
            if (++m_depth > Query::kMaxDepth) {
                complain(open, "The brackets are nested deeper than 64 levels.", "");
                return {};
            }
            Node node = orRule();
            --m_depth;
            if (!m_error && !peek().is(Type::Close))
                complain(open, "This bracket is not closed.", "Put a `)` behind what it encloses.");
            else
                take();
            return node;
        }

        Node wordRule()
        {
            if (isKeyword("exists") && peek(1).is(Type::Word) && !operatorFollows(1))
                return existsRule();
            if (peek(1).is(Type::Open) && peek(1).begin == peek().end)
                return scopeRule();
            if (isKeyword("and") || isKeyword("or")) {
                missingPart();
                return {};
            }
            if (operatorFollows())
                return termRule();
            return phraseRule();
        }

        Node scopeRule()
        {
            const QueryToken& word = take();
            const auto* const found = std::ranges::find_if(
                kScopes, [&](const ScopeWord& known) { return isWord(word.text, known.word); });
            if (found == kScopes.end()) {
                if (isWord(word.text, "repeat"))
                    complain(word,
                             "What is repeated is missing.",
                             "It is `repeat(args)` or `repeat(tool)`: `repeat(args) >= 3`.");
                complain(word,
                         "There is no scope `" + word.text + "`.",
                         "Scopes are parent(...), ancestor(...), child(...), descendant(...) and "
                         "session(...). Put what you search for into quotes.");
                return {};
            }
            Node node {.kind = Node::Kind::Scope, .scope = found->scope};
            node.children.push_back(bracketRule());
            return node;
        }

        Node existsRule()
        {
            take();
            const QueryToken& word = take();
            Node node = fieldOfTerm(word);
            node.term.op = QueryOperator::Exists;
            return node;
        }

        /// Whether what stands behind a word makes it a field.
        [[nodiscard]] bool operatorFollows(std::size_t ahead = 0) const
        {
            const QueryToken& next = peek(ahead + 1);
            if (next.is(Type::Operator))
                return true;
            const bool isList = (isKeyword("in", ahead + 1) && peek(ahead + 2).is(Type::Open))
                || (isKeyword("not", ahead + 1) && isKeyword("in", ahead + 2)
                    && peek(ahead + 3).is(Type::Open));
            const bool isContains = isKeyword("contains", ahead + 1)
                && (peek(ahead + 2).is(Type::String) || peek(ahead + 2).is(Type::Word));
            // `file contains virus` may be text, `args contains virus` is not.
            return isList || (isContains && readPath(peek(ahead).text).field != nullptr);
        }

        Node termRule()
        {
            const QueryToken word = take();
            const bool isNotIn = takeKeyword("not");
            if (takeKeyword("in"))
                return inRule(word, isNotIn);
            const QueryToken sign = take();
            const auto* const known = std::ranges::find_if(
                kOperators, [&](const OperatorSign& op) { return isWord(sign.text, op.sign); });
            Node node = fieldOfTerm(word);
            if (m_error)
                return node;
            node.term.op = known->op;
            checkOperator(word, sign, node.term);
            addValue(node.term, sign);
            return known->isNegative ? negated(std::move(node)) : std::move(node);
        }

        Node inRule(const QueryToken& word, bool isNegative)
        {
            Node node = fieldOfTerm(word);
            node.term.op = QueryOperator::Equal;
            const QueryToken open = take();
            do {
                addValue(node.term, open);
                if (node.term.values.size() > Query::kMaxTerms)
                    complain(open, "The list has more than 1000 values.", "");
            } while (!m_error && peek().is(Type::Comma) && take().is(Type::Comma));
            if (!m_error && !peek().is(Type::Close))
                complain(open,
                         "This list is not closed.",
                         "Put commas between its values and a `)` behind the last.");
            else
                take();
            if (node.term.field == FieldId::Text && node.term.values.size() > 1)
                node = searchForAny(std::move(node.term.values));
            return isNegative ? negated(std::move(node)) : std::move(node);
        }

        /// Each text is searched by itself.
        static Node searchForAny(std::vector<QueryValue> values)
        {
            Node any {.kind = Node::Kind::Or};
            for (QueryValue& value : values)
                any.children.push_back(searchFor(std::move(value.text)));
            return any;
        }

        Node fieldOfTerm(const QueryToken& word)
        {
            Node node;
            const ReadPath read = readPath(word.text);
            if (read.field == nullptr)
                complainOfField(word);
            else if (!read.problem.empty())
                complain(word,
                         "`" + word.text + "` is no path. " + read.problem,
                         "Paths look like `args.items[0].name`, `attr.\"a.b\"` or `result[*].id`.");
            if (m_error)
                return node;
            node.term.field = read.field->id;
            node.term.path = read.path;
            node.term.pathText = read.pathText;
            checkMessagePath(word, *read.field, read.path);
            return node;
        }

        void complainOfField(const QueryToken& word)
        {
            std::vector<std::string_view> names;
            for (const QueryField& field : queryFields()) {
                names.push_back(field.name);
                if (!field.alias.empty())
                    names.push_back(field.alias);
            }
            std::string lower = word.text;
            for (char& c : lower)
                c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            std::string_view near = nearestWord(lower, names);
            if (const std::size_t dot = lower.find('.'); near.empty() && dot != std::string::npos)
                near = nearestWord(lower.substr(0, dot), names);
            complain(word,
                     "There is no field `" + word.text + "`.",
                     near.empty() ? "Put it into quotes to search for it as text."
                                  : "Did you mean `" + std::string(near) + "`?");
        }

        /// Where a path goes into messages: `[n]` or nothing, and then one of their parts.
        void checkMessagePath(const QueryToken& word,
                              const QueryField& field,
                              const std::vector<PathStep>& path)
        {
            if (field.type != FieldType::Messages || path.empty())
                return;
            const bool isIndexed = path.front().kind != PathStep::Kind::Member;
            const std::size_t members = path.size() - (isIndexed ? 1 : 0);
            const PathStep& last = path.back();
            if (members == 0
                || (members == 1 && last.kind == PathStep::Kind::Member
                    && std::ranges::find(kPartsOfMessages, last.name) != kPartsOfMessages.end()
                    && (!isIndexed || last.name != "count")))
                return;
            const std::string_view near
                = nearestWord(last.name, {kPartsOfMessages.begin(), kPartsOfMessages.end()});
            complain(word,
                     "Messages have no `" + std::string(last.name) + "`.",
                     near.empty() ? "They have role, text, name, tool, reasoning, finish and count."
                                  : "Did you mean `" + std::string(field.name) + '.'
                             + std::string(near) + "`?");
        }

        void checkOperator(const QueryToken& word, const QueryToken& sign, const QueryTerm& term)
        {
            const FieldType type = typeOf(term);
            if (isForText(term.op) && !isText(type))
                complain(sign,
                         "`" + word.text + "` is no text (" + std::string(toWord(type)) + ").",
                         "Compare it with =, !=, <, <=, > or >=.");
            const bool hasOrder = type != FieldType::Word && type != FieldType::Text
                && type != FieldType::AllText && type != FieldType::Truth
                && type != FieldType::Messages;
            if (isOrder(term.op) && !hasOrder)
                complain(sign,
                         "`" + word.text + "` has no order (" + std::string(toWord(type)) + ").",
                         "Compare it with =, !=, ~ or contains.");
        }

        /// The type of what a term compares; the number of messages is a number.
        static FieldType typeOf(const QueryTerm& term)
        {
            const FieldType type = fieldOf(term.field).type;
            const bool isCount = type == FieldType::Messages && !term.path.empty()
                && term.path.back().name == "count";
            return isCount ? FieldType::Number : type;
        }

        void addValue(QueryTerm& term, const QueryToken& behind)
        {
            if (m_error)
                return;
            const QueryToken token = peek();
            if (!token.is(Type::Word) && !token.is(Type::String) && !token.is(Type::Regex))
                return complain(
                    token, "Behind `" + behind.text + "` a value is missing.", valueHint(term));
            take();
            ReadValue read = readValue(token, typeOf(term), term.field, term.op);
            if (!read.problem.empty())
                return complain(token, std::move(read.problem), std::move(read.hint));
            term.values.push_back(std::move(read.value));
        }

        static std::string valueHint(const QueryTerm& term)
        {
            std::string all;
            for (const std::string_view word : wordsOf(term.field))
                all += (all.empty() ? "" : ", ") + std::string(word);
            return all.empty() ? "" : "It is one of " + all + ".";
        }

        /// Words one after another are one text, as it is written.
        Node phraseRule()
        {
            const std::size_t begin = peek().begin;
            std::size_t end = begin;
            checkColon(peek());
            do {
                end = take().end;
            } while (peek().is(Type::Word) && !isKeyword("and") && !isKeyword("or")
                     && !isKeyword("not") && !operatorFollows()
                     && !(peek(1).is(Type::Open) && peek(1).begin == peek().end)
                     && !(isKeyword("exists") && peek(1).is(Type::Word)));
            return searchFor(std::string(m_text.substr(begin, end - begin)));
        }

        /// `kind:tool` is how others write it; it is never what somebody searches for.
        void checkColon(const QueryToken& word)
        {
            const std::size_t colon = word.text.find(':');
            if (colon == std::string::npos || colon + 1 == word.text.size())
                return;
            const QueryField* field = findField(std::string_view(word.text).substr(0, colon));
            if (field != nullptr)
                complain(word,
                         "A field is compared with `=`, not with a colon.",
                         "Did you mean `" + std::string(field->name) + " = "
                             + word.text.substr(colon + 1)
                             + "`? Put it into quotes to search for it as text.");
        }

        static Node searchFor(std::string text)
        {
            Node node;
            node.term.field = FieldId::Text;
            node.term.op = QueryOperator::Contains;
            QueryValue value;
            value.isQuoted = true;
            value.source = quoteForQuery(text);
            value.pattern = TextPattern::containing(text);
            value.text = std::move(text);
            node.term.values.push_back(std::move(value));
            return node;
        }

        std::string_view m_text;
        std::vector<QueryToken> m_tokens;
        std::size_t m_at = 0;
        std::size_t m_depth = 0;
        std::size_t m_terms = 0;
        std::optional<QueryError> m_error;
    };

    std::string termText(const QueryTerm& term)
    {
        const std::string field = std::string(fieldOf(term.field).name) + term.pathText;
        if (term.op == QueryOperator::Exists)
            return "exists " + field;
        if (term.values.size() == 1) {
            const auto* const known = std::ranges::find_if(
                kOperators, [&](const OperatorSign& sign) { return sign.op == term.op; });
            return field + ' ' + std::string(known->sign) + ' ' + term.values.front().source;
        }
        std::string all;
        for (const QueryValue& value : term.values)
            all += (all.empty() ? "" : ", ") + value.source;
        return field + " in (" + all + ')';
    }

    std::string joined(const QueryNode& node, std::string_view between)
    {
        std::string all;
        for (const QueryNode& child : node.children) {
            const bool isList
                = child.kind == QueryNode::Kind::And || child.kind == QueryNode::Kind::Or;
            const std::string text = queryText(child);
            all += (all.empty() ? "" : std::string(between)) + (isList ? '(' + text + ')' : text);
        }
        return all;
    }

} // namespace

std::variant<QueryNode, QueryError> parseQueryText(std::string_view text)
{
    if (text.size() > Query::kMaxLength)
        return QueryError {Query::kMaxLength,
                           text.size() - Query::kMaxLength,
                           "The query is longer than 64 kB.",
                           "Ask for less at once."};
    return Parser(text, tokensOf(text)).run();
}

std::string queryText(const QueryNode& node)
{
    switch (node.kind) {
    case QueryNode::Kind::And:
        return joined(node, " and ");
    case QueryNode::Kind::Or:
        return joined(node, " or ");
    case QueryNode::Kind::Not:
        return "not "
            + (node.children.front().children.size() > 1
                   ? "(" + queryText(node.children.front()) + ")"
                   : queryText(node.children.front()));
    case QueryNode::Kind::Scope:
        return std::string(toWord(node.scope)) + '(' + queryText(node.children.front()) + ')';
    case QueryNode::Kind::Term:
        return termText(node.term);
    }
    return {};
}

std::string_view toWord(QueryScope scope)
{
    return std::ranges::find(kScopes, scope, &ScopeWord::scope)->word;
}

} // namespace tracestore
