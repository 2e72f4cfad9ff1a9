#pragma once

#include "tracestore/model/trace.h"

namespace tracestore {

/// The ids that spans get in OTLP: those of the source where they are OTLP ids (hexadecimal, of the
/// right length, not used twice), else made from the content, the same for the same trace. A span
/// below another is of its trace. Lives no longer than the trace.
class OtlpIds
{
public:
    explicit OtlpIds(const Trace& trace);

    [[nodiscard]] std::string traceId(SpanId span) const;
    [[nodiscard]] std::string spanId(SpanId span) const;

    /// The id of the parent, also of one that is not in the trace; empty where none is named.
    [[nodiscard]] std::string parentSpanId(SpanId span) const;

    /// Whether the source's ids of a span were not fit for OTLP and were replaced.
    [[nodiscard]] bool isMade(SpanId span) const { return m_isMade[span.index()]; }

    /// The ids of a link's target.
    [[nodiscard]] std::string traceId(const SpanLink& link) const;
    [[nodiscard]] std::string spanId(const SpanLink& link) const;

private:
    const Trace& m_trace;
    std::vector<SpanId> m_root; ///< by span: the root above it
    std::vector<bool> m_isMade;
};

} // namespace tracestore
