#include "tracestore/compare/figure_condition.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tracestore {

/// The condition for a machine with a stack. Truth is 1 and 0.
struct FigureCondition::Parsed
{
    enum class Do : std::uint8_t
    {
        Number,
        Figure,
        Negate,
        Add,
        Subtract,
        Multiply,
        Divide,
        Less,
        LessOrEqual,
        Equal,
        Not,
        And,
        Or
    };

    struct Step
    {
        Do what = Do::Number;
        double number = 0;
        std::size_t name = 0;
    };

    std::string text;
    std::vector<Step> steps;
    std::vector<std::string> names;
};

namespace {

    using Parsed = FigureCondition::Parsed;
    using Do = Parsed::Do;

    bool isNameByte(char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || c == '_' || c == '.';
    }

    /// Goes down the grammar; every function leaves its value on the stack of the machine.
    class ConditionParser
    {
    public:
        explicit ConditionParser(std::string_view text)
            : m_text(text)
        {
            m_parsed.text = text;
        }

        Result<Parsed> parse()
        {
            const Kind kind = disjunction();
            skipBlanks();
            if (m_problem.empty() && m_at < m_text.size())
                complain("Something is left over that does not belong there");
            if (m_problem.empty() && kind != Kind::Truth)
                complain("This is a number; compare it with something, as in `changed > 0`");
            if (!m_problem.empty())
                return fail(ErrorCode::Invalid, m_problem);
            return std::move(m_parsed);
        }

    private:
        enum class Kind
        {
            Number,
            Truth
        };

        void complain(const std::string& problem)
        {
            if (m_problem.empty())
                m_problem = "The condition is wrong at character " + std::to_string(m_at + 1) + ": "
                    + problem + ".";
        }

        [[nodiscard]] bool isWrong() const { return !m_problem.empty(); }

        void skipBlanks()
        {
            while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t'))
                ++m_at;
        }

        bool takeSign(std::string_view sign)
        {
            skipBlanks();
            if (m_text.substr(m_at, sign.size()) != sign)
                return false;
            m_at += sign.size();
            return true;
        }

        bool takeWord(std::string_view word)
        {
            skipBlanks();
            const std::size_t end = m_at + word.size();
            if (m_text.substr(m_at, word.size()) != word
                || (end < m_text.size() && isNameByte(m_text[end])))
                return false;
            m_at = end;
            return true;
        }

        void put(Do what) { m_parsed.steps.push_back({what, 0, 0}); }

        void want(Kind kind, Kind wanted)
        {
            if (kind != wanted)
                complain(wanted == Kind::Truth ? "Here a comparison is needed, as in `changed > 0`"
                                               : "Here a number or a name is needed");
        }

        Kind disjunction()
        {
            Kind kind = conjunction();
            while (!isWrong() && takeWord("or")) {
                want(kind, Kind::Truth);
                want(conjunction(), Kind::Truth);
                put(Do::Or);
            }
            return kind;
        }

        Kind conjunction()
        {
            Kind kind = negation();
            while (!isWrong() && takeWord("and")) {
                want(kind, Kind::Truth);
                want(negation(), Kind::Truth);
                put(Do::And);
            }
            return kind;
        }

        Kind negation()
        {
            if (!takeWord("not"))
                return comparison();
            if (!enter())
                return Kind::Truth;
            want(negation(), Kind::Truth);
            leave();
            put(Do::Not);
            return Kind::Truth;
        }

        Kind comparison()
        {
            const Kind left = sum();
            if (isWrong())
                return left;

            // a > b is b < a: of what is on the stack the order is turned round.
            struct Sign
            {
                std::string_view text;
                Do what;
                bool isNegated;
            };

            static constexpr Sign kSigns[] {{"<=", Do::LessOrEqual, false},
                                            {">=", Do::Less, true},
                                            {"==", Do::Equal, false},
                                            {"!=", Do::Equal, true},
                                            {"<", Do::Less, false},
                                            {">", Do::LessOrEqual, true}};
            for (const Sign& sign : kSigns) {
                if (!takeSign(sign.text))
                    continue;
                want(left, Kind::Number);
                want(sum(), Kind::Number);
                put(sign.what);
                if (sign.isNegated)
                    put(Do::Not);
                return Kind::Truth;
            }
            if (takeSign("="))
                complain("To compare, write `==`");
            return left;
        }

        Kind sum()
        {
            Kind kind = product();
            for (;;) {
                const bool isPlus = !isWrong() && takeSign("+");
                if (!isPlus && (isWrong() || !takeSign("-")))
                    return kind;
                want(kind, Kind::Number);
                want(product(), Kind::Number);
                put(isPlus ? Do::Add : Do::Subtract);
            }
        }

        Kind product()
        {
            Kind kind = factor();
            for (;;) {
                const bool isTimes = !isWrong() && takeSign("*");
                if (!isTimes && (isWrong() || !takeSign("/")))
                    return kind;
                want(kind, Kind::Number);
                want(factor(), Kind::Number);
                put(isTimes ? Do::Multiply : Do::Divide);
            }
        }

        Kind factor()
        {
            if (takeSign("(")) {
                if (!enter())
                    return Kind::Number;
                const Kind kind = disjunction();
                leave();
                if (!isWrong() && !takeSign(")"))
                    complain("A `)` is missing");
                return kind;
            }
            if (takeSign("-")) {
                if (enter())
                    want(factor(), Kind::Number);
                leave();
                put(Do::Negate);
                return Kind::Number;
            }
            skipBlanks();
            const char first = m_at < m_text.size() ? m_text[m_at] : '\0';
            if ((first >= '0' && first <= '9') || first == '.')
                number();
            else if (isNameByte(first))
                name();
            else
                complain("Here a number or a name is needed");
            return Kind::Number;
        }

        void number()
        {
            double value = 0;
            const char* end = m_text.data() + m_text.size();
            const auto read = std::from_chars(m_text.data() + m_at, end, value);
            if (read.ec != std::errc()) {
                complain("This is no number");
                return;
            }
            m_at = static_cast<std::size_t>(read.ptr - m_text.data());
            if (m_at < m_text.size() && m_text[m_at] == '%') {
                ++m_at;
                value /= 100;
            }
            m_parsed.steps.push_back({Do::Number, value, 0});
        }

        void name()
        {
            const std::size_t first = m_at;
            while (m_at < m_text.size() && isNameByte(m_text[m_at]))
                ++m_at;
            std::string name(m_text.substr(first, m_at - first));
            if (m_at < m_text.size() && m_text[m_at] == '[') {
                const std::size_t end = m_text.find(']', m_at);
                if (end == std::string_view::npos) {
                    complain("A `]` is missing");
                    return;
                }
                name += '.';
                name += m_text.substr(m_at + 1, end - m_at - 1);
                m_at = end + 1;
            }
            const auto known = std::ranges::find(m_parsed.names, name);
            const auto index = static_cast<std::size_t>(known - m_parsed.names.begin());
            if (known == m_parsed.names.end())
                m_parsed.names.push_back(std::move(name));
            m_parsed.steps.push_back({Do::Figure, 0, index});
        }

        bool enter()
        {
            if (++m_depth > FigureCondition::kMaxDepth)
                complain("Brackets are nested too deep");
            return !isWrong();
        }

        void leave() { --m_depth; }

        std::string_view m_text;
        std::size_t m_at = 0;
        std::size_t m_depth = 0;
        std::string m_problem;
        Parsed m_parsed;
    };

    using Value = std::optional<double>;

    /// Unknown on one side leaves open what the other side does not settle.
    Value both(Value left, Value right, double settles)
    {
        if (left == settles || right == settles)
            return settles;
        if (!left || !right)
            return {};
        return 1 - settles;
    }

    Value computed(Do what, Value left, Value right)
    {
        if (what == Do::And)
            return both(left, right, 0);
        if (what == Do::Or)
            return both(left, right, 1);
        if (!left || !right)
            return {};
        switch (what) {
        case Do::Add:
            return *left + *right;
        case Do::Subtract:
            return *left - *right;
        case Do::Multiply:
            return *left * *right;
        case Do::Divide:
            return *right == 0 ? Value() : *left / *right;
        case Do::Less:
            return *left < *right ? 1 : 0;
        case Do::LessOrEqual:
            return *left <= *right ? 1 : 0;
        default:
            return *left == *right ? 1 : 0;
        }
    }

} // namespace

Result<FigureCondition> FigureCondition::parse(std::string_view text)
{
    if (text.size() > kMaxLength)
        return fail(ErrorCode::Limit, "The condition is too long.");
    auto parsed = ConditionParser(text).parse();
    if (!parsed)
        return fail(std::move(parsed).error());
    FigureCondition condition;
    condition.m_parsed = std::make_shared<const Parsed>(std::move(*parsed));
    return condition;
}

std::optional<bool> FigureCondition::holds(const Figures& figures) const
{
    std::vector<Value> stack;
    for (const Parsed::Step& step : m_parsed->steps) {
        if (step.what == Do::Number) {
            stack.emplace_back(step.number);
        } else if (step.what == Do::Figure) {
            stack.push_back(figures(m_parsed->names[step.name]));
        } else if (step.what == Do::Negate || step.what == Do::Not) {
            if (Value& top = stack.back(); top)
                top = step.what == Do::Not ? 1 - *top : -*top;
        } else {
            const Value right = stack.back();
            stack.pop_back();
            stack.back() = computed(step.what, stack.back(), right);
        }
    }
    const Value result = stack.back();
    return result ? std::optional(*result != 0) : std::nullopt;
}

const std::vector<std::string>& FigureCondition::names() const
{
    return m_parsed->names;
}

const std::string& FigureCondition::text() const
{
    return m_parsed->text;
}

} // namespace tracestore
