#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Transcripts of Cursor's agent: a message a line, without times; calls have no ids and are
/// answered in their order.
class CursorImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "cursor"; }

    [[nodiscard]] std::string_view name() const override { return "Cursor transcript"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "transcripts of Cursor's agent (a message a line)";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
