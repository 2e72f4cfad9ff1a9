#pragma once

#include "tracestore/base/result.h"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace engine {

/// When another model is asked: `complexity > 0.7 or input.length > 2000 and turn = 1`. Names with
/// numbers are compared by = != < <= > >= and joined by `and`, `or`, `not` and brackets; `and`
/// binds closer than `or`. Copies share what was parsed. Any thread.
class RouteRule
{
public:
    struct Node;
    using Values = std::function<std::optional<double>(std::string_view name)>;

    /// Invalid: says what was expected where. Only names for which `isKnown` are taken.
    static tracestore::Result<RouteRule>
    parse(std::string_view text, const std::function<bool(std::string_view)>& isKnown);

    /// Whether it holds; a comparison with a value that is not known does not hold.
    [[nodiscard]] bool holds(const Values& values) const;

private:
    std::shared_ptr<const Node> m_root;
};

/// `input.length`, `complexity`, `turn`, `tools`.
[[nodiscard]] bool isRouteName(std::string_view name);

} // namespace engine
