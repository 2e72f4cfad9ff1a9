#pragma once

#include "tracestore/import/otel/span_decoder.h"

#include <deque>

namespace protozero {
class pbf_reader;
}

namespace tracestore {

/// Reads the records of OTLP in its protobuf encoding, as OtlpDecoder reads those in JSON: ids come
/// out as lower-case hex, bytes as base64, lists and maps as JSON.
class OtlpProtoDecoder : public SpanDecoder
{
public:
    /// Fails with Invalid where the message is broken, with Limit where it is nested too deep.
    Result<OtelSpan> span(std::string_view bytes, bool isPadded) override;
    Result<OtelLog> log(std::string_view bytes, bool isPadded) override;

    [[nodiscard]] bool wasRepaired() const override { return false; }

    /// The attributes of a resource.
    Result<OtelResource> resource(std::string_view bytes);

    Result<OtelScope> scope(std::string_view bytes);

private:
    std::string_view keep(std::string text);
    std::string_view idOf(std::string_view bytes);
    void addAttribute(std::string_view keyValue, Attributes& to);
    AttributeValue anyValueOf(std::string_view bytes);
    GenAiEvent eventOf(std::string_view bytes);
    OtelLink linkOf(std::string_view bytes);
    void readSpanField(protozero::pbf_reader& reader, OtelSpan& span);
    void readLogField(protozero::pbf_reader& reader, OtelLog& log, OtelTime& observed);

    std::deque<std::string> m_kept;
};

} // namespace tracestore
