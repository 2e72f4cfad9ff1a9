#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// One flat object of GenAI, OpenInference or OpenLLMetry attributes, or several: each is a span.
class SpanAttributesImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "span-attributes"; }

    [[nodiscard]] std::string_view name() const override { return "Span attributes (JSON)"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "the attributes of one span, as tools for single spans copy them";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
