#pragma once

#include "tracestore/import/otel/span_decoder.h"
#include "tracestore/import/reading/json_dom.h"

namespace tracestore {

/// Reads spans of Zipkin's second JSON format.
class ZipkinDecoder : public SpanDecoder
{
public:
    Result<OtelSpan> span(std::string_view json, bool isPadded) override;

    [[nodiscard]] bool wasRepaired() const override { return m_dom.wasRepaired(); }

    /// The last span is the server's half of a call and bears the id of the client's.
    [[nodiscard]] bool isShared() const { return m_isShared; }

    /// Who recorded the last span.
    [[nodiscard]] std::string_view service() const { return m_service; }

private:
    void readTags(const simdjson::dom::object& root, OtelSpan& span);
    void readEndpoint(const simdjson::dom::object& root, const char* key, OtelSpan& span);

    JsonDom m_dom;
    bool m_isShared = false;
    std::string_view m_service;
};

} // namespace tracestore
