#pragma once

#include "tracestore/import/otel/span_decoder.h"
#include "tracestore/import/reading/json_dom.h"

#include <unordered_map>

namespace tracestore {

/// What the `dotted_order` of a LangSmith run says: a segment of start time and id for each run
/// from the root to this one.
struct LangsmithOrder
{
    std::string_view id;
    std::string_view parentId; ///< empty for a root
    std::string_view traceId; ///< that of the root
};

LangsmithOrder langsmithOrderOf(std::string_view dottedOrder);

/// Reads runs of LangSmith. A run may have been told in several records whose members now stand in
/// one object: of those that repeat, the last that says anything holds.
class LangsmithDecoder : public SpanDecoder
{
public:
    Result<OtelSpan> span(std::string_view json, bool isPadded) override;

    [[nodiscard]] bool wasRepaired() const override { return m_dom.wasRepaired(); }

private:
    using Element = simdjson::dom::element;

    void takeMembers(const simdjson::dom::object& root);
    [[nodiscard]] const Element* member(std::string_view key) const;
    [[nodiscard]] std::string_view text(std::string_view key) const;
    OtelTime time(std::string_view key);
    void readIds(OtelSpan& span);
    void readExtra(OtelSpan& span);
    void readUsage(OtelSpan& span);
    bool readUsageIn(const Element& holder, OtelSpan& span);
    void readModel(OtelSpan& span);
    void readContent(OtelSpan& span);
    void readEvents(OtelSpan& span);
    void readOutcome(OtelSpan& span);
    void readRest(OtelSpan& span);

    JsonDom m_dom;
    std::vector<std::pair<std::string_view, Element>> m_members;
    std::unordered_map<std::string_view, std::size_t> m_index;
};

} // namespace tracestore
