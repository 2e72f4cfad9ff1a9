#include "tracestore/query/query_completion.h"

#include "tracestore/query/query_lexer.h"
#include "tracestore/query/query_path.h"
#include "tracestore/query/query_value.h"

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    using Type = QueryToken::Type;

    /// What the next word of a query can be.
    enum class Expected : std::uint8_t
    {
        Part, ///< a field, a text, a scope
        Operator, ///< what is asked of m_field
        Value, ///< what m_field is compared with
        List, ///< the bracket behind `in`
        Joint ///< and, or, or another part
    };

    /// Follows the tokens in front of the cursor.
    class Reader
    {
    public:
        void read(const QueryToken& token)
        {
            switch (m_expected) {
            case Expected::Value:
                m_expected = m_isList ? Expected::List : Expected::Joint;
                return;
            case Expected::List:
                m_isList = !token.is(Type::Close);
                m_expected = m_isList ? Expected::Value : Expected::Joint;
                return;
            case Expected::Operator:
                if (readOperator(token))
                    return;
                break;
            case Expected::Part:
            case Expected::Joint:
                break;
            }
            readPart(token);
        }

        [[nodiscard]] Expected expected() const { return m_expected; }

        /// Null behind words that are no field.
        [[nodiscard]] const QueryField* field() const { return m_field; }

    private:
        bool readOperator(const QueryToken& token)
        {
            if (token.is(Type::Operator) || (isOf(token, "contains") && m_field != nullptr))
                m_expected = Expected::Value;
            else if (isOf(token, "in") && m_field != nullptr)
                m_expected = Expected::List;
            else
                return isOf(token, "not") && m_field != nullptr;
            return true;
        }

        void readPart(const QueryToken& token)
        {
            const bool isConnector = isOf(token, "and") || isOf(token, "or") || isOf(token, "not")
                || isOf(token, "exists");
            if (token.is(Type::Open) || isConnector) {
                m_expected = Expected::Part;
            } else if (token.is(Type::Word)) {
                m_field = readPath(token.text).field;
                m_expected = Expected::Operator;
            } else {
                m_expected = Expected::Joint;
            }
        }

        static bool isOf(const QueryToken& token, std::string_view word)
        {
            return token.is(Type::Word) && isWord(token.text, word);
        }

        Expected m_expected = Expected::Part;
        const QueryField* m_field = nullptr;
        bool m_isList = false;
    };

    std::string lowered(std::string_view text)
    {
        std::string lower(text);
        std::ranges::transform(lower, lower.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        });
        return lower;
    }

    /// Keeps what fits what was typed: what begins with it, and then what has it inside.
    class Chooser
    {
    public:
        explicit Chooser(std::string_view typed)
            : m_typed(lowered(typed))
        { }

        /// Whether it fits.
        bool offer(Completion completion, std::string_view name)
        {
            const std::size_t at = lowered(name).find(m_typed);
            const bool isInside = at != 0 && at != std::string::npos && m_typed.size() > 1;
            if (at == 0)
                m_first.push_back(std::move(completion));
            else if (isInside)
                m_then.push_back(std::move(completion));
            return at == 0 || isInside;
        }

        bool offer(CompletionKind kind, std::string_view text, std::string_view description)
        {
            return offer({kind, std::string(text), std::string(description), 0}, text);
        }

        std::vector<Completion> take()
        {
            std::ranges::move(m_then, std::back_inserter(m_first));
            m_first.resize(std::min(m_first.size(), kMost));
            return std::move(m_first);
        }

    private:
        static constexpr std::size_t kMost = 200;

        std::string m_typed;
        std::vector<Completion> m_first;
        std::vector<Completion> m_then;
    };

    void offerParts(Chooser& to)
    {
        for (const QueryField& field : queryFields()) {
            const Completion completion {
                CompletionKind::Field, std::string(field.name), std::string(field.description), 0};
            if (!to.offer(completion, field.name) && !field.alias.empty())
                to.offer(completion, field.alias);
        }
        to.offer(CompletionKind::Keyword, "not", "the opposite of what follows");
        to.offer(CompletionKind::Keyword, "exists", "whether a field is known");
        to.offer(CompletionKind::Scope, "parent(", "the step above");
        to.offer(CompletionKind::Scope, "ancestor(", "any step above");
        to.offer(CompletionKind::Scope, "child(", "any step directly below");
        to.offer(CompletionKind::Scope, "descendant(", "any step below");
        to.offer(CompletionKind::Scope, "session(", "any step of the session");
    }

    void offerJoints(Chooser& to)
    {
        to.offer(CompletionKind::Keyword, "and", "both hold");
        to.offer(CompletionKind::Keyword, "or", "one of them holds");
    }

    void offerOperators(FieldType type, Chooser& to)
    {
        const auto offer = [&](std::string_view sign, std::string_view description) {
            to.offer(CompletionKind::Operator, sign, description);
        };
        const bool isText = type == FieldType::Text || type == FieldType::Word
            || type == FieldType::AllText || type == FieldType::Messages;
        offer("=", isText ? "the whole text, in any case" : "equal");
        offer("!=", "not equal");
        if (isText || type == FieldType::Json) {
            offer("~", "a regular expression: /.../ or \"...\"");
            offer("contains", "a part of the text, in any case");
        }
        if (!isText && type != FieldType::Truth) {
            for (const std::string_view sign : {">", ">=", "<", "<="})
                offer(sign, "");
        }
        offer("in", "one of a list: (a, b)");
    }

    /// A value as it is written: in quotes where it would be taken apart otherwise.
    std::string written(const std::string& value)
    {
        const auto tokens = tokensOf(value);
        const bool isWhole = !tokens.error && tokens.tokens.size() == 2
            && tokens.tokens.front().is(Type::Word) && tokens.tokens.front().text == value;
        return isWhole ? value : quoteForQuery(value);
    }

    void offerValues(const QueryField& field, const CompletionValues& values, Chooser& to)
    {
        std::vector<std::string_view> known;
        for (const CompletionValues::Value& value : values.of(field.name)) {
            known.push_back(value.text);
            to.offer({CompletionKind::Value, written(value.text), {}, value.count}, value.text);
        }
        for (const std::string_view word : wordsOf(field.id)) {
            if (std::ranges::find(known, word) == known.end())
                to.offer({CompletionKind::Value, std::string(word), "not in this trace", 0}, word);
        }
        if (field.type == FieldType::Truth) {
            to.offer(CompletionKind::Value, "true", "");
            to.offer(CompletionKind::Value, "false", "");
        }
    }

    /// The tokens in front of the cursor without the one that is being typed, and that one.
    struct Typed
    {
        std::vector<QueryToken> before;
        std::size_t position = 0;
        std::string text; ///< without an opening quote
    };

    /// What is typed of `repeat(args)` has a bracket in it.
    Typed withRepeat(Typed typed, std::string_view text)
    {
        const std::size_t count = typed.before.size();
        if (count < 2 || !typed.before[count - 1].is(Type::Open)
            || !typed.before[count - 2].is(Type::Word)
            || !isWord(typed.before[count - 2].text, "repeat")
            || typed.before[count - 1].begin != typed.before[count - 2].end)
            return typed;
        typed.position = typed.before[count - 2].begin;
        typed.text = text.substr(typed.position);
        typed.before.resize(count - 2);
        return typed;
    }

    Typed typedAt(std::string_view text)
    {
        QueryTokens tokens = tokensOf(text);
        Typed typed {.before = std::move(tokens.tokens), .position = text.size(), .text = {}};
        typed.before.pop_back(); // the end
        if (tokens.error) {
            typed.position = tokens.error->position;
            typed.text = text.substr(std::min(text.size(), typed.position + 1));
        } else if (!typed.before.empty() && typed.before.back().end == text.size()
                   && typed.before.back().is(Type::Word)) {
            typed.position = typed.before.back().begin;
            typed.text = typed.before.back().text;
            typed.before.pop_back();
        }
        return withRepeat(std::move(typed), text);
    }

} // namespace

Completions completions(std::string_view text, std::size_t cursor, const CompletionValues& values)
{
    const std::size_t end = std::min({cursor, text.size(), Query::kMaxLength});
    const Typed typed = typedAt(text.substr(0, end));
    Reader reader;
    for (const QueryToken& token : typed.before)
        reader.read(token);
    Chooser chooser(typed.text);
    switch (reader.expected()) {
    case Expected::Part:
        offerParts(chooser);
        break;
    case Expected::Operator:
        if (reader.field() != nullptr)
            offerOperators(reader.field()->type, chooser);
        else
            offerJoints(chooser);
        break;
    case Expected::Value:
        if (reader.field() != nullptr)
            offerValues(*reader.field(), values, chooser);
        break;
    case Expected::List:
        break;
    case Expected::Joint:
        offerJoints(chooser);
        offerParts(chooser);
        break;
    }
    return {typed.position, end - typed.position, chooser.take()};
}

} // namespace tracestore
