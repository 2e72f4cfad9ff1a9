#pragma once

#include "tracestore/import/otel/span_decoder.h"
#include "tracestore/import/reading/json_dom.h"

namespace tracestore {

/// Reads observations of Langfuse. What came into Langfuse by OpenTelemetry keeps its attributes in
/// the metadata; they become the attributes of the span again, behind what Langfuse itself says.
class LangfuseDecoder : public SpanDecoder
{
public:
    Result<OtelSpan> span(std::string_view json, bool isPadded) override;

    [[nodiscard]] bool wasRepaired() const override { return m_dom.wasRepaired(); }

private:
    void readMember(std::string_view key, const simdjson::dom::element& value, OtelSpan& span);
    void readUsage(const simdjson::dom::object& root, OtelSpan& span);
    void readMetadata(const simdjson::dom::element& metadata, OtelSpan& span);
    void readMetadataMembers(const simdjson::dom::object& metadata, JsonDom& dom, OtelSpan& span);
    void readToolMessage(const simdjson::dom::object& root, OtelSpan& span);

    JsonDom m_dom;
    JsonDom m_metadataDom;
    JsonDom m_outputDom;
};

} // namespace tracestore
