#pragma once

#include "tracestore/query/query_node.h"
#include "tracestore/query/truth.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

/// Collects what single values of a field say to a term: one that fits is enough; of none nothing
/// is known. The term outlives it.
class AnyValue
{
public:
    explicit AnyValue(const QueryTerm& term)
        : m_term(term)
    { }

    void add(Truth truth)
    {
        m_truth = m_isThere ? either(m_truth, truth) : truth;
        m_isThere = true;
    }

    /// A text as a reader sees it; has an order where it is a number or both are texts.
    void addText(std::string_view text);

    /// A text that may be JSON: parts of it are looked for as a reader sees them.
    void addTextOrJson(std::string_view text);

    void addCount(std::size_t count);

    void addJson(const nlohmann::json& value);

    [[nodiscard]] bool isExists() const { return m_term.op == QueryOperator::Exists; }

    [[nodiscard]] Truth take() const
    {
        if (!m_isThere)
            return isExists() ? Truth::False : Truth::Unknown;
        return m_truth;
    }

private:
    const QueryTerm& m_term;
    Truth m_truth = Truth::False;
    bool m_isThere = false;
};

/// A term about values that stand as JSON, whatever the type of its field: numbers; durations and
/// times in ns; money in USD, or as an object with `amount` and `currency`; words and texts.
Truth evaluateValues(const QueryTerm& term, std::span<const nlohmann::json> values);

} // namespace tracestore
