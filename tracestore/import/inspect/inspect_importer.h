#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Reads logs of Inspect evaluations: one JSON document, or an .eval archive (unpacked by
/// ByteSource into one text), also of an evaluation that is running or was killed. Each sample is
/// a session.
class InspectImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "inspect"; }

    [[nodiscard]] std::string_view name() const override { return "Inspect logs"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "Inspect evaluations (.eval and .json)";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
