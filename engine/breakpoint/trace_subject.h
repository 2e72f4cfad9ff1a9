#pragma once

#include "engine/breakpoint/point_subject.h"
#include "engine/breakpoint/span_kinds.h"
#include "tracestore/query/query_payload.h"

#include <unordered_map>

namespace engine {

/// The payloads of the spans that are under way in a walk over a trace: read once between their
/// begin and their end, and only where somebody asks.
class DetailCache
{
public:
    explicit DetailCache(const tracestore::Trace& trace)
        : m_trace(trace)
    { }

    /// Null where they cannot be read; `problem()` tells why.
    const tracestore::SpanDetail* of(tracestore::SpanId span);

    void forget(tracestore::SpanId span) { m_details.erase(span.value); }

    [[nodiscard]] std::size_t unreadable() const { return m_unreadable; }

    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    const tracestore::Trace& m_trace;
    std::unordered_map<std::uint32_t, std::optional<tracestore::SpanDetail>> m_details;
    std::size_t m_unreadable = 0;
    std::string m_problem;
};

/// What is known of the steps of a trace by passes over all of it.
struct StepNumbers
{
    explicit StepNumbers(const tracestore::Trace& trace);

    std::vector<std::optional<double>> turns;
    std::vector<std::optional<double>> attempts;
};

/// A moment in a walk over a saved trace: what the step's span says as far as a run would know it
/// then, sums and states as the walk has them.
class TraceSubject final : public tracestore::QuerySubject
{
public:
    /// `span`: the step, or the decision where there is no step. All outlive it.
    TraceSubject(const tracestore::Trace& trace,
                 tracestore::SpanId span,
                 const StopPoint& point,
                 DetailCache& details,
                 const StepNumbers& numbers);

    [[nodiscard]] tracestore::Truth evaluate(const tracestore::QueryTerm& term) override;
    [[nodiscard]] tracestore::Truth evaluate(tracestore::QueryScope scope,
                                             const tracestore::QueryNode& query) override;
    bool visitValues(const tracestore::QueryField& field,
                     std::span<const tracestore::PathStep> path,
                     const std::function<void(const nlohmann::json&)>& visit) override;

private:
    [[nodiscard]] tracestore::PayloadView* view();
    [[nodiscard]] tracestore::Truth ofAllText(const tracestore::QueryTerm& term);
    [[nodiscard]] bool knows(tracestore::FieldId field) const;

    const tracestore::Trace& m_trace;
    tracestore::SpanId m_span;
    const StopPoint& m_point;
    DetailCache& m_details;
    const StepNumbers& m_numbers;
    PointSubject m_run; ///< sums, repeats, state, decision
    std::optional<tracestore::PayloadView> m_view;
};

} // namespace engine
