#include "engine/tool/builtin/calculator.h"

#include "engine/tool/builtin/builtin_tool.h"
#include "engine/tool/builtin/exact_number.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kLongestExpression = 10'000;
    constexpr unsigned kDeepestBrackets = 64;
    constexpr std::size_t kMostArguments = 1000;

    using Numbers = std::vector<ExactNumber>;

    ExactNumber powerOf(ExactNumber base, const ExactNumber& exponent)
    {
        const auto whole = exponent.whole();
        if (!whole || *whole < 0 || *whole > 10'000 || !base.isExact())
            return ExactNumber::rounded(std::pow(base.approximation(), exponent.approximation()));
        ExactNumber power(1);
        for (auto bits = static_cast<std::uint64_t>(*whole); bits != 0; bits >>= 1U) {
            if ((bits & 1U) != 0)
                power = power * base;
            if (bits > 1)
                base = base * base;
        }
        return power;
    }

    /// Half goes away from zero, as in school.
    ExactNumber roundedTo(const ExactNumber& number, std::int64_t places)
    {
        const ExactNumber scale = powerOf(ExactNumber(10), ExactNumber(std::abs(places)));
        const ExactNumber half = ExactNumber(1) / ExactNumber(2);
        const bool isNegative = number < ExactNumber(0);
        ExactNumber large = isNegative ? number.negated() : number;
        large = places < 0 ? large / scale : large * scale;
        large = (large + half).floor();
        large = places < 0 ? large * scale : large / scale;
        return isNegative ? large.negated() : large;
    }

    ExactNumber squareRoot(const ExactNumber& of)
    {
        const auto root = std::sqrt(of.approximation());
        const auto whole = ExactNumber(static_cast<std::int64_t>(root < 1e9L ? root : 0.0L));
        const ExactNumber square = whole * whole;
        const bool isPerfect = of.isExact() && !(square < of) && !(of < square);
        return isPerfect ? whole : ExactNumber::rounded(root);
    }

    using RealFunction = long double (*)(long double);

    struct NamedFunction
    {
        std::string_view name;
        RealFunction function;
    };

    constexpr NamedFunction kRealFunctions[]
        = {{"ln", [](long double x) { return std::log(x); }},
           {"log", [](long double x) { return std::log10(x); }},
           {"log10", [](long double x) { return std::log10(x); }},
           {"exp", [](long double x) { return std::exp(x); }},
           {"sin", [](long double x) { return std::sin(x); }},
           {"cos", [](long double x) { return std::cos(x); }},
           {"tan", [](long double x) { return std::tan(x); }}};

    /// Reads by recursive descent, no deeper than kDeepestBrackets. Once something is wrong,
    /// m_problem is set and what comes back is of no worth.
    class Calculation
    {
    public:
        explicit Calculation(std::string_view text)
            : m_text(text)
        { }

        Result<std::string> run()
        {
            const ExactNumber value = sum();
            if (m_problem.empty() && !atEnd())
                complain("`" + std::string(1, m_text[m_at]) + "` cannot stand here");
            if (!m_problem.empty())
                return fail(ErrorCode::Invalid, m_problem);
            return (value.isExact() ? "" : "about ") + value.toText();
        }

    private:
        bool atEnd()
        {
            while (m_at < m_text.size()
                   && std::isspace(static_cast<unsigned char>(m_text[m_at])) != 0)
                ++m_at;
            return m_at == m_text.size();
        }

        bool take(std::string_view sign)
        {
            if (atEnd() || !m_text.substr(m_at).starts_with(sign))
                return false;
            m_at += sign.size();
            return true;
        }

        ExactNumber complain(std::string what)
        {
            if (m_problem.empty())
                m_problem = tracestore::safeLine("At character " + std::to_string(m_at + 1) + ": "
                                                 + what + '.');
            return {};
        }

        /// Numbers that grew beyond all bounds are caught where that happens.
        ExactNumber checked(ExactNumber number)
        {
            if (!number.isFinite())
                return complain("the value is too large, or there is none");
            return number;
        }

        ExactNumber sum()
        {
            ExactNumber value = product();
            while (m_problem.empty()) {
                if (take("+"))
                    value = checked(value + product());
                else if (take("-"))
                    value = checked(value - product());
                else
                    break;
            }
            return value;
        }

        ExactNumber product()
        {
            ExactNumber value = signedPower();
            while (m_problem.empty()) {
                if (m_at + 1 < m_text.size() && !atEnd() && m_text.substr(m_at).starts_with("**"))
                    break;
                if (take("*") || take("\xC3\x97"))
                    value = checked(value * signedPower());
                else if (take("/") || take("\xC3\xB7"))
                    value = quotient(value, signedPower());
                else if (take("%"))
                    value = remainder(value, signedPower());
                else
                    break;
            }
            return value;
        }

        ExactNumber quotient(const ExactNumber& value, const ExactNumber& by)
        {
            return by.isZero() ? complain("division by zero") : checked(value / by);
        }

        ExactNumber remainder(const ExactNumber& value, const ExactNumber& by)
        {
            if (by.isZero())
                return complain("division by zero");
            return checked(value % by);
        }

        /// -2^2 is -4.
        ExactNumber signedPower()
        {
            bool isNegative = false;
            for (;;) {
                if (take("-"))
                    isNegative = !isNegative;
                else if (!take("+"))
                    break;
            }
            const ExactNumber value = power();
            return isNegative ? value.negated() : value;
        }

        ExactNumber power()
        {
            const ExactNumber base = operand();
            if (!take("^") && !take("**"))
                return base;
            if (++m_depth > kDeepestBrackets)
                return complain("brackets and powers are nested too deep");
            const ExactNumber exponent = signedPower(); // from the right: 2^3^2 is 2^9
            --m_depth;
            if (base.isZero() && exponent < ExactNumber(0))
                return complain("division by zero");
            return checked(powerOf(base, exponent));
        }

        ExactNumber operand()
        {
            if (!m_problem.empty())
                return {};
            if (atEnd())
                return complain("a number is missing");
            if (take("("))
                return brackets();
            const char c = m_text[m_at];
            if (c == '.' || (c >= '0' && c <= '9'))
                return number();
            if (std::isalpha(static_cast<unsigned char>(c)) != 0)
                return named();
            return complain("`" + std::string(1, c) + "` is no number");
        }

        ExactNumber brackets()
        {
            if (++m_depth > kDeepestBrackets)
                return complain("brackets and powers are nested too deep");
            const ExactNumber value = sum();
            if (m_problem.empty() && !take(")"))
                return complain("a closing bracket is missing");
            --m_depth;
            return value;
        }

        ExactNumber number()
        {
            const std::size_t begin = m_at;
            const auto isDigit = [&](std::size_t at) {
                return at < m_text.size() && m_text[at] >= '0' && m_text[at] <= '9';
            };
            while (isDigit(m_at) || (m_at < m_text.size() && m_text[m_at] == '.'))
                ++m_at;
            if (m_at < m_text.size() && (m_text[m_at] == 'e' || m_text[m_at] == 'E')) {
                const bool isSigned = m_at + 1 < m_text.size()
                    && (m_text[m_at + 1] == '-' || m_text[m_at + 1] == '+');
                if (isDigit(m_at + (isSigned ? 2 : 1))) {
                    m_at += isSigned ? 2 : 1;
                    while (isDigit(m_at))
                        ++m_at;
                }
            }
            const std::string_view text = m_text.substr(begin, m_at - begin);
            const auto value = ExactNumber::parse(text);
            if (!value) {
                m_at = begin;
                return complain("`" + std::string(text.substr(0, 40)) + "` is no number");
            }
            return checked(*value);
        }

        ExactNumber named()
        {
            const std::size_t begin = m_at;
            while (m_at < m_text.size()
                   && std::isalnum(static_cast<unsigned char>(m_text[m_at])) != 0)
                ++m_at;
            const std::string name(m_text.substr(begin, std::min<std::size_t>(m_at - begin, 40)));
            if (name == "pi")
                return ExactNumber::rounded(std::numbers::pi_v<long double>);
            if (name == "e")
                return ExactNumber::rounded(std::numbers::e_v<long double>);
            if (!take("(")) {
                m_at = begin;
                return complain("there is no `" + name + "`; there are pi, e and functions");
            }
            const Numbers arguments = list();
            return m_problem.empty() ? checked(apply(name, arguments, begin)) : ExactNumber();
        }

        Numbers list()
        {
            Numbers values;
            if (++m_depth > kDeepestBrackets)
                complain("brackets and powers are nested too deep");
            do {
                values.push_back(sum());
                if (values.size() > kMostArguments)
                    complain("these are too many arguments");
            } while (m_problem.empty() && take(","));
            if (m_problem.empty() && !take(")"))
                complain("a closing bracket is missing");
            --m_depth;
            return values;
        }

        ExactNumber apply(const std::string& name, const Numbers& values, std::size_t begin)
        {
            if (name == "min")
                return *std::min_element(values.begin(), values.end());
            if (name == "max")
                return *std::max_element(values.begin(), values.end());
            if (name == "sum") {
                ExactNumber total;
                for (const ExactNumber& value : values)
                    total = total + value;
                return total;
            }
            if (name == "round" && values.size() <= 2)
                return rounding(values);
            if (values.size() != 1)
                return complain("`" + name + "` takes one argument");
            return applyToOne(name, values.front(), begin);
        }

        ExactNumber rounding(const Numbers& values)
        {
            const auto places = values.size() == 2 ? values[1].whole() : std::optional(INT64_C(0));
            if (!places || *places > 25 || *places < -25)
                return complain("`round` takes a number of digits from -25 to 25");
            return roundedTo(values.front(), *places);
        }

        ExactNumber applyToOne(const std::string& name, const ExactNumber& value, std::size_t begin)
        {
            const bool isNegative = value < ExactNumber(0);
            if (name == "abs")
                return isNegative ? value.negated() : value;
            if (name == "floor")
                return value.floor();
            if (name == "ceil")
                return value.negated().floor().negated();
            if (name == "sqrt")
                return isNegative ? complain("there is no root of a negative number")
                                  : squareRoot(value);
            for (const NamedFunction& known : kRealFunctions) {
                if (name == known.name)
                    return ExactNumber::rounded(known.function(value.approximation()));
            }
            m_at = begin;
            return complain("there is no function `" + name
                            + "`; there are abs, sqrt, round, floor, ceil, min, max, sum, ln, log, "
                              "exp, sin, cos and tan");
        }

        std::string_view m_text;
        std::size_t m_at = 0;
        unsigned m_depth = 0;
        std::string m_problem;
    };

} // namespace

Result<std::string> calculate(std::string_view expression)
{
    if (expression.size() > kLongestExpression)
        return fail(ErrorCode::Limit, "The expression is longer than 10,000 characters.");
    return Calculation(expression).run();
}

std::unique_ptr<Tool> makeCalculator()
{
    ToolInfo info {
        .definition
        = {"calculator",
           "Works out an arithmetic expression exactly, for example (19.99 * 3 + 4.5) * 1.19.",
           R"({"type":"object","properties":{"expression":{"type":"string","minLength":1,)"
           R"("description":"numbers with + - * / % ^ and brackets; abs, sqrt, round(x, digits), )"
           R"(floor, ceil, min, max, sum, ln, log, exp, sin, cos, tan; pi, e"}},)"
           R"("required":["expression"],"additionalProperties":false})"},
        .effectClass = EffectClass::Pure};
    return std::make_unique<BuiltinTool>(
        std::move(info), [](const nlohmann::json& arguments, ToolHandlers handlers) {
            auto value = calculate(textArgument(arguments, "expression"));
            return answered(std::move(handlers),
                            value ? textOutcome(std::move(*value))
                                  : toolError("arguments", value.error().message));
        });
}

} // namespace engine
