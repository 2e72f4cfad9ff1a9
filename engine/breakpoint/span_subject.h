#pragma once

#include "tracestore/model/trace.h"
#include "tracestore/query/query_payload.h"
#include "tracestore/query/query_subject.h"

namespace engine {

/// A step of a saved trace as something to ask. All outlive it.
class SpanSubject final : public tracestore::QuerySubject
{
public:
    /// `detail` null: payloads are unknown.
    SpanSubject(const tracestore::Trace& trace,
                tracestore::SpanId span,
                const tracestore::SpanDetail* detail);

    [[nodiscard]] tracestore::Truth evaluate(const tracestore::QueryTerm& term) override;

    /// The other spans are asked as a query over the trace asks them, which reads their payloads.
    [[nodiscard]] tracestore::Truth evaluate(tracestore::QueryScope scope,
                                             const tracestore::QueryNode& query) override;

    bool visitValues(const tracestore::QueryField& field,
                     std::span<const tracestore::PathStep> path,
                     const std::function<void(const nlohmann::json&)>& visit) override;

private:
    [[nodiscard]] tracestore::Truth askTrace(const tracestore::QueryNode& node) const;

    const tracestore::Trace& m_trace;
    tracestore::SpanId m_span;
    std::optional<tracestore::PayloadView> m_view;
};

} // namespace engine
