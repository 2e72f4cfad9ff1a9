#pragma once

#include "tracestore/model/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// How much a finding matters.
enum class Severity : std::uint8_t
{
    Note, ///< costs something, or may be meant so
    Warning, ///< as a rule a fault
    Error ///< a fault by all that the trace says
};

/// `note`, `warning`, `error`; and back.
std::string_view toWord(Severity severity);
std::optional<Severity> severityOf(std::string_view word);

/// A number that belongs to a finding.
struct FindingFigure
{
    std::string name; ///< `calls`, `wasted`, stable
    double value = 0;
    std::string unit; ///< `tokens`, `s`, `USD`; empty: a count

    bool operator==(const FindingFigure&) const = default;
};

/// A fault that a rule sees in a trace or a configuration. It says what is there and never claims
/// to know why.
struct Finding
{
    std::string rule; ///< id of the rule
    Severity severity = Severity::Warning;
    std::vector<SpanId> steps; ///< the first is the place; empty: of a file that is no trace
    std::string field; ///< of a configuration, also where a trace holds it: `policies.retry`
    std::string title; ///< a line without a full stop
    std::string explanation; ///< sentences: what was seen, and what it does
    std::string wayOut; ///< sentences: what helps
    std::vector<FindingFigure> figures;

    bool operator==(const Finding&) const = default;
};

struct FindingReport
{
    std::vector<Finding> findings; ///< the gravest first; then by rule and place

    /// Findings of a rule beyond the most that are told.
    struct LeftOut
    {
        std::string rule;
        std::size_t count = 0;

        bool operator==(const LeftOut&) const = default;
    };

    std::vector<LeftOut> leftOut;
    std::size_t steps = 0; ///< calls of models and tools that were looked at
    std::size_t unreadable = 0; ///< calls whose content could not be read
    std::size_t withoutContent = 0; ///< calls of models whose messages the trace does not hold

    bool operator==(const FindingReport&) const = default;
};

} // namespace tracestore
