#pragma once

#include "tracestore/model/trace.h"
#include "tracestore/query/query_node.h"
#include "tracestore/query/truth.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <memory>

namespace tracestore {

/// The payloads of a span with what was parsed of them, so that several terms share it.
class PayloadView
{
public:
    /// All outlive the view.
    PayloadView(const Trace& trace, SpanId span, const SpanDetail& detail);
    PayloadView(const PayloadView&) = delete;
    PayloadView& operator=(const PayloadView&) = delete;
    ~PayloadView();

    [[nodiscard]] const Trace& trace() const { return m_trace; }

    [[nodiscard]] SpanId span() const { return m_span; }

    [[nodiscard]] const SpanDetail& detail() const { return m_detail; }

    // Parsed; null where it is no JSON.
    const nlohmann::json* arguments();
    const nlohmann::json* result();
    const nlohmann::json* toolDefinitions();

private:
    struct Parsed;

    const Trace& m_trace;
    SpanId m_span;
    const SpanDetail& m_detail;
    std::unique_ptr<Parsed> m_parsed;
};

/// A term about one payload: the path leads into `value`, the text parsed, which is null where the
/// text is no JSON. An empty text is none.
Truth evaluateJsonTerm(const QueryTerm& term, const std::string& text, const nlohmann::json* value);

/// A term about payloads.
Truth evaluatePayloadTerm(const QueryTerm& term, PayloadView& view);

/// Visits the values that a payload field has at a path, as JSON. False where there are none; what
/// `text` and `event` have is no value.
bool visitPayloadValues(FieldId field,
                        std::span<const PathStep> path,
                        PayloadView& view,
                        const std::function<void(const nlohmann::json&)>& visit);

} // namespace tracestore
