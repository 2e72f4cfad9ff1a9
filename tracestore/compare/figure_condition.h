#pragma once

#include "tracestore/base/result.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// A condition on figures that have names: `changed > 0`, `b.cost > 1.1 * a.cost or b.errors > 0`.
///
///     condition  = conjunction { "or" conjunction }
///     conjunction = negation { "and" negation }
///     negation   = "not" negation | "(" condition ")" | comparison
///     comparison = sum ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum
///     sum        = product { ( "+" | "-" ) product }
///     product    = factor { ( "*" | "/" ) factor }
///     factor     = number | name | "-" factor | "(" sum ")"
///
/// A name is letters, digits, `_` and `.`; what else belongs to it stands in brackets:
/// `b.tool[get-user]`. What is computed from a figure that is not known, or by zero, is not known,
/// and so is a condition that hangs on it. Copies share what was parsed. Any thread.
class FigureCondition
{
public:
    static constexpr std::size_t kMaxLength = 4096;
    static constexpr std::size_t kMaxDepth = 64;

    /// Invalid: what is wrong, and where.
    static Result<FigureCondition> parse(std::string_view text);

    /// A figure by its name; nothing where it is not known.
    using Figures = std::function<std::optional<double>(const std::string& name)>;

    /// Whether it holds; nothing where that is not known.
    [[nodiscard]] std::optional<bool> holds(const Figures& figures) const;

    /// The names in it, each once, in their order.
    [[nodiscard]] const std::vector<std::string>& names() const;

    [[nodiscard]] const std::string& text() const;

    /// Parts of a condition; of figure_condition.cpp.
    struct Parsed;

private:
    std::shared_ptr<const Parsed> m_parsed;
};

} // namespace tracestore
