#include "engine/breakpoint/expression.h"

#include "engine/breakpoint/bare_words.h"
#include "tracestore/base/json_io.h"
#include "tracestore/query/query_lexer.h"
#include "tracestore/query/query_path.h"
#include "tracestore/query/query_subject.h"

#include <nlohmann/json.hpp>

#include <variant>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::Query;
using tracestore::Result;
using tracestore::Truth;

struct Expression::Parsed
{
    std::string text;
    const tracestore::QueryField* field = nullptr; ///< null: it is a query
    std::vector<tracestore::PathStep> path;
    Query query;
};

namespace {

    /// Long values are cut in lines for people.
    constexpr std::size_t kMostInText = 2000;

    std::string sentence(const tracestore::QueryError& error)
    {
        return error.hint.empty() ? error.message : error.message + ' ' + error.hint;
    }

    /// Whether a text is one word: the name of a field, and not a search for a word.
    bool isOneWord(std::string_view text)
    {
        const auto tokens = tracestore::tokensOf(text);
        return !tokens.error && tokens.tokens.size() == 2
            && tokens.tokens.front().is(tracestore::QueryToken::Type::Word);
    }

    /// A text as it is, all else as JSON.
    std::string readable(const std::string& jsonText)
    {
        std::string text = jsonText;
        if (const auto value = tracestore::parseJson(jsonText); value && value->is_string())
            text = value->get<std::string>();
        if (text.size() <= kMostInText)
            return text;
        std::size_t end = kMostInText;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80)
            --end;
        return text.substr(0, end) + "\u2026";
    }

} // namespace

Result<Expression> Expression::parse(std::string_view text)
{
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return tracestore::fail(ErrorCode::Invalid,
                                "There is nothing to evaluate. Write a field like `args.amount`, "
                                "or a condition.");
    auto parsed = std::make_shared<Parsed>();
    parsed->text = text;
    const bool isField = isOneWord(text);
    auto read = Query::parse(isField ? "exists " + std::string(text) : std::string(text));
    if (read.error)
        return tracestore::fail(ErrorCode::Invalid, sentence(*read.error));
    if (hasBareWords(*read.query))
        return tracestore::fail(ErrorCode::Invalid,
                                "This is no field and no condition. Write a field like "
                                "`args.amount`, or a condition like `args.amount > 500`.");
    if (isField) {
        const tracestore::QueryTerm& term = read.query->root()->term;
        parsed->field = &tracestore::fieldOf(term.field);
        parsed->path = term.path;
    }
    parsed->query = std::move(*read.query);
    Expression expression;
    expression.m_parsed = std::move(parsed);
    return expression;
}

const std::string& Expression::text() const
{
    return m_parsed->text;
}

std::optional<std::string> Expression::evaluate(tracestore::QuerySubject& subject) const
{
    if (m_parsed->field == nullptr) {
        const Truth truth = tracestore::evaluateQuery(m_parsed->query, subject);
        if (truth == Truth::Unknown)
            return {};
        return truth == Truth::True ? "true" : "false";
    }
    std::vector<json> values;
    subject.visitValues(
        *m_parsed->field, m_parsed->path, [&](const json& value) { values.push_back(value); });
    if (values.empty())
        return {};
    return tracestore::toJsonText(values.size() == 1 ? values.front() : json(values));
}

struct TextTemplate::Parsed
{
    std::vector<std::variant<std::string, Expression>> pieces;
};

Result<TextTemplate> TextTemplate::parse(std::string_view text)
{
    auto parsed = std::make_shared<Parsed>();
    std::string plain;
    while (!text.empty()) {
        const std::size_t bracket = text.find_first_of("{}");
        plain += text.substr(0, bracket);
        if (bracket == std::string_view::npos)
            break;
        text.remove_prefix(bracket);
        if (text.starts_with('}') || text.starts_with("{{")) {
            plain += text.front();
            text.remove_prefix(text.starts_with("{{") || text.starts_with("}}") ? 2 : 1);
            continue;
        }
        const std::size_t close = text.find('}');
        if (close == std::string_view::npos)
            return tracestore::fail(ErrorCode::Invalid,
                                    "A `{` is not closed. Put a `}` behind the expression, or "
                                    "write `{{` for a bracket.");
        auto expression = Expression::parse(text.substr(1, close - 1));
        if (!expression)
            return tracestore::fail(expression.error());
        parsed->pieces.emplace_back(std::exchange(plain, {}));
        parsed->pieces.emplace_back(std::move(*expression));
        text.remove_prefix(close + 1);
    }
    parsed->pieces.emplace_back(std::move(plain));
    TextTemplate result;
    result.m_parsed = std::move(parsed);
    return result;
}

std::string TextTemplate::fill(tracestore::QuerySubject& subject) const
{
    std::string text;
    for (const auto& piece : m_parsed->pieces) {
        if (const auto* plain = std::get_if<std::string>(&piece)) {
            text += *plain;
            continue;
        }
        const auto value = std::get<Expression>(piece).evaluate(subject);
        text += value ? readable(*value) : "?";
    }
    return text;
}

bool TextTemplate::asksFor(tracestore::FieldId field) const
{
    for (const auto& piece : m_parsed->pieces) {
        if (const auto* expression = std::get_if<Expression>(&piece);
            expression != nullptr && expression->asksFor(field))
            return true;
    }
    return false;
}

namespace {

    bool nodeAsksFor(const tracestore::QueryNode& node, tracestore::FieldId field)
    {
        if (node.kind == tracestore::QueryNode::Kind::Term)
            return node.term.field == field;
        for (const tracestore::QueryNode& child : node.children) {
            if (nodeAsksFor(child, field))
                return true;
        }
        return false;
    }

} // namespace

bool Expression::asksFor(tracestore::FieldId field) const
{
    const tracestore::QueryNode* root = m_parsed->query.root();
    return root != nullptr && nodeAsksFor(*root, field);
}

} // namespace engine
