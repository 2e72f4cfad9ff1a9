#pragma once

#include "tracestore/import/otel/span_decoder.h"
#include "tracestore/import/reading/json_dom.h"

namespace tracestore {

/// Reads the spans of Jaeger's JSON. The process that a span belongs to stands elsewhere and is
/// left to the caller.
class JaegerDecoder : public SpanDecoder
{
public:
    Result<OtelSpan> span(std::string_view json, bool isPadded) override;

    [[nodiscard]] bool wasRepaired() const override { return m_dom.wasRepaired(); }

    /// The name of the process of the last span.
    [[nodiscard]] std::string_view processId() const { return m_processId; }

    /// A list of tags, as a span and a process have it. Views into `dom`.
    static Attributes tagsOf(const simdjson::dom::element& owner, JsonDom& dom);

private:
    void readReferences(const simdjson::dom::element& root, OtelSpan& span);
    void readTags(const simdjson::dom::element& root, OtelSpan& span);
    void readLogs(const simdjson::dom::element& root, OtelSpan& span);

    JsonDom m_dom;
    std::string_view m_processId;
};

} // namespace tracestore
