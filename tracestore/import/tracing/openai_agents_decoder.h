#pragma once

#include "tracestore/import/otel/span_decoder.h"
#include "tracestore/import/reading/json_dom.h"

namespace tracestore {

/// Reads spans of the OpenAI Agents SDK, as its exporter writes them and as dumps extend them.
class OpenAiAgentsDecoder : public SpanDecoder
{
public:
    Result<OtelSpan> span(std::string_view json, bool isPadded) override;

    [[nodiscard]] bool wasRepaired() const override { return m_dom.wasRepaired(); }

    /// The agents of the last span, where it is a hand-off; else empty.
    [[nodiscard]] std::string_view handoffTo() const { return m_handoffTo; }

private:
    void readData(const simdjson::dom::object& root, OtelSpan& span);
    void readAnswer(const simdjson::dom::element& answer, OtelSpan& span);
    void readAnswers(const simdjson::dom::object& data, OtelSpan& span);
    void readRest(const simdjson::dom::object& root, OtelSpan& span);
    void readOutcome(const simdjson::dom::object& root, OtelSpan& span);
    std::string_view nameOf(const simdjson::dom::object& data);

    JsonDom m_dom;
    std::string_view m_handoffTo;
};

} // namespace tracestore
