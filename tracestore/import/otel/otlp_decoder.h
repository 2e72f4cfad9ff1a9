#pragma once

#include "tracestore/import/otel/span_decoder.h"
#include "tracestore/import/reading/json_dom.h"

namespace tracestore {

/// Reads the records of OTLP/JSON, with the liberties that tools take: enum names for numbers,
/// numbers for texts, snake_case keys.
class OtlpDecoder : public SpanDecoder
{
public:
    Result<OtelSpan> span(std::string_view json, bool isPadded) override;
    Result<OtelLog> log(std::string_view json, bool isPadded) override;

    [[nodiscard]] bool wasRepaired() const override { return m_dom.wasRepaired(); }

    /// The attributes of a resource or scope.
    Result<OtelResource> resource(std::string_view json, bool isPadded);

    /// Fails with Invalid or Limit.
    Result<OtelScope> scope(std::string_view json, bool isPadded);

private:
    Attributes attributesOf(const simdjson::dom::element& owner);
    AttributeValue anyValueOf(const simdjson::dom::element& value);
    GenAiEvent eventOf(const simdjson::dom::element& event);
    OtelLink linkOf(const simdjson::dom::element& link);
    OtelTime
    timeOf(const simdjson::dom::element& owner, std::string_view name, std::string_view otherName);

    JsonDom m_dom;
};

} // namespace tracestore
